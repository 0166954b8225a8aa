import { Checkpoint, type MigrationState } from './checkpoint.ts';
import { Deployment } from './deployment.ts';

/**
 * A cutover is given up: what had just come to its end follows again, since more is written from now on. Over a
 * connection of its own, since those of the migration may be what has failed.
 */
export async function reopen(
  { destination, id, owner }: { destination: string; id: string; owner: string },
  change: Pick<MigrationState, 'block'> = {},
): Promise<void> {
  const deployment = await Deployment.connect(destination);
  try {
    const checkpoint = new Checkpoint(deployment.control, id, owner);
    const loaded = await checkpoint.load();
    if (!loaded) return;
    const goesOn = loaded.state.stage === 'done' && ({ stage: 'tailing', report: undefined } as const);
    await checkpoint.save({ ...loaded.state, ...goesOn, ...change });
  } finally {
    await deployment.close();
  }
}
