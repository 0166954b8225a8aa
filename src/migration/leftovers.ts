import { setTimeout as wait } from 'node:timers/promises';
import type { Document } from 'mongodb';
import { FRESH_MS } from './checkpoint.ts';
import type { Deployment } from './deployment.ts';
import { CommandFailed, isPassing, MigrationFailed } from './errors.ts';

const WRITES = [
  ...['insert', 'update', 'delete', 'create', 'drop', 'dropDatabase', 'renameCollection', 'convertToCapped'],
  ...['collMod', 'dropIndexes'],
];
const LOOK_AGAIN_MS = 20;
const GIVE_UP_MS = 180_000;

/**
 * Waits until no other process that ran this migration is connected any more, or has certainly heard that it runs it no
 * longer. One that does not run at all, and so keeps its connections, hears it before it writes again.
 */
export async function awaitOthers(destination: Deployment): Promise<void> {
  const end = performance.now() + 2 * FRESH_MS;
  while (performance.now() < end && (await ofThisWork(destination, { appName: { $ne: destination.appName } })).length) {
    await wait(LOOK_AGAIN_MS);
  }
}

/**
 * Ends what an earlier attempt of this migration had sent and the destination has not finished. A server goes on with
 * writes whose sender is gone: one that had to wait there would come after what this attempt writes, and undo it. Index
 * builds may go on: whoever asks for the same index waits for them.
 */
export async function endLeftovers(destination: Deployment, limitMs = GIVE_UP_MS): Promise<void> {
  const end = performance.now() + limitMs;
  for (let left = await leftovers(destination); left.length; left = await leftovers(destination)) {
    // Nobody needs more than to be the sender to end an operation; one that has just ended is no error.
    for (const op of left) await destination.command('admin', { killOp: 1, op });
    if (performance.now() > end)
      throw new MigrationFailed(
        'The destination does not end what an earlier attempt of this migration has sent there. See with db.currentOp() what keeps it waiting, then run the migration again.',
      );
    await wait(LOOK_AGAIN_MS);
  }
}

async function leftovers(destination: Deployment): Promise<unknown[]> {
  const which = [
    { op: { $in: ['insert', 'update', 'remove'] } },
    ...WRITES.map((it) => ({ [`command.${it}`]: { $exists: true } })),
  ];
  return (await ofThisWork(destination, { $or: which })).map((it) => it.opid);
}

/** Connections and operations of this migration, whichever process is their sender. */
async function ofThisWork(destination: Deployment, which: Document): Promise<Document[]> {
  const pipeline = [
    { $currentOp: { allUsers: false, idleConnections: true } },
    { $match: { $and: [{ appName: destination.ofSameWork }, which] } },
    { $project: { opid: 1 } },
  ];
  try {
    return (await destination.command('admin', { aggregate: 1, pipeline, cursor: {} })).cursor.firstBatch;
  } catch (error) {
    if (!(error instanceof CommandFailed) || isPassing(error)) throw error;
    // A hosted server may not tell even one's own operations; there the pause between two attempts must do.
    return [];
  }
}
