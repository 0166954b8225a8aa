import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { CommandFailed, isPassing } from './errors.ts';

const WRITES = [
  ...['insert', 'update', 'delete', 'create', 'drop', 'dropDatabase', 'renameCollection', 'convertToCapped'],
  ...['collMod', 'dropIndexes'],
];
const LOOK_AGAIN_MS = 20;

/**
 * Ends what an earlier attempt of this migration had sent and the destination has not finished. A server goes on with
 * writes whose sender is gone: one that had to wait there would come after what this attempt writes, and undo it. Index
 * builds may go on: whoever asks for the same index waits for them.
 */
export async function endLeftovers(destination: Deployment): Promise<void> {
  for (let left = await leftovers(destination); left.length; left = await leftovers(destination)) {
    // Nobody needs more than to be the sender to end an operation; one that has just ended is no error.
    for (const op of left) await destination.command('admin', { killOp: 1, op });
    await wait(LOOK_AGAIN_MS);
  }
}

async function leftovers(destination: Deployment): Promise<unknown[]> {
  const which = [
    { op: { $in: ['insert', 'update', 'remove'] } },
    ...WRITES.map((it) => ({ [`command.${it}`]: { $exists: true } })),
  ];
  const pipeline = [
    { $currentOp: { allUsers: false } },
    { $match: { appName: destination.appName, $or: which } },
    { $project: { opid: 1 } },
  ];
  try {
    const { cursor } = await destination.command('admin', { aggregate: 1, pipeline, cursor: {} });
    return (cursor.firstBatch as { opid: unknown }[]).map((it) => it.opid);
  } catch (error) {
    if (!(error instanceof CommandFailed) || isPassing(error)) throw error;
    // A hosted server may not tell even one's own operations; there the pause between two attempts must do.
    return [];
  }
}
