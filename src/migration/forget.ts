import { Checkpoint } from './checkpoint.ts';
import { Deployment } from './deployment.ts';
import { isPassing } from './errors.ts';

const TRIES = 3;

/** Removes the checkpoint of a migration that is over; what it has copied stays. With an owner, only if it is theirs. */
export async function forgetMigration(destination: string, id: string, owner?: string): Promise<void> {
  const deployment = await Deployment.connect(destination);
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await new Checkpoint(await deployment.open(), id, owner).drop();
      } catch (error) {
        // A line that ends, or a primary that steps down: what is removed already stays removed.
        if (tries === TRIES || !isPassing(error)) throw error;
      }
    }
  } finally {
    await deployment.close();
  }
}
