import type { State, Tx } from '../../base/state.ts';
import type { AccessListEntry } from './model.ts';

/** The only code that touches the collection `projectAccessLists`. */
export function createAccessListStore(state: State) {
  const entries = state.db.collection<AccessListEntry>('projectAccessLists');
  const current = (now: Date) => ({
    $or: [{ deleteAfterDate: { $exists: false } }, { deleteAfterDate: { $gt: now } }],
  });
  const inOrder = { created: 1, _id: 1 } as const;
  return {
    async prepare(): Promise<void> {
      await entries.createIndex({ groupId: 1, created: 1, _id: 1 });
      await entries.createIndex({ deleteAfterDate: 1 }, { sparse: true });
    },
    /** All entries of the project that have not expired, oldest first. */
    of: (groupId: string, now: Date, tx?: Tx) =>
      entries
        .find({ groupId, ...current(now) }, { session: tx })
        .sort(inOrder)
        .toArray(),
    find: (id: string, now: Date) => entries.findOne({ _id: id, ...current(now) }),
    /** An entry that is already there keeps its place in the list. */
    put: ({ _id, created, ...rest }: AccessListEntry, tx: Tx) =>
      entries.updateOne(
        { _id },
        {
          $set: rest,
          $setOnInsert: { created },
          $unset: Object.fromEntries(
            (['comment', 'deleteAfterDate'] as const).filter((it) => rest[it] === undefined).map((it) => [it, '']),
          ),
        },
        { upsert: true, session: tx, ignoreUndefined: true },
      ),
    /** False when there was none. */
    remove: async (id: string, tx: Tx): Promise<boolean> =>
      (await entries.deleteOne({ _id: id }, { session: tx })).deletedCount === 1,
    /** Projects with entries that have expired. */
    expiredIn: (now: Date): Promise<string[]> => entries.distinct('groupId', { deleteAfterDate: { $lte: now } }),
    expired: (groupId: string, now: Date, tx: Tx) =>
      entries.find({ groupId, deleteAfterDate: { $lte: now } }, { session: tx }).toArray(),
    clearGroup: (groupId: string, tx: Tx) => entries.deleteMany({ groupId }, { session: tx }),
  };
}

export type AccessListStore = ReturnType<typeof createAccessListStore>;
