import type { State, Tx } from '../../base/state.ts';
import type { DatabaseUser } from './model.ts';

/** The only code that touches the collection `databaseUsers`. */
export function createUserStore(state: State) {
  const users = state.db.collection<DatabaseUser>('databaseUsers');
  const current = (now: Date) => ({
    $or: [{ deleteAfterDate: { $exists: false } }, { deleteAfterDate: { $gt: now } }],
  });
  return {
    async prepare(): Promise<void> {
      await users.createIndex({ groupId: 1, _id: 1 });
      await users.createIndex({ deleteAfterDate: 1 }, { sparse: true });
    },
    insert: (user: DatabaseUser, tx: Tx) => users.insertOne(user, { session: tx, ignoreUndefined: true }),
    find: (id: string, now: Date, tx?: Tx) => users.findOne({ _id: id, ...current(now) }, { session: tx }),
    /** All users of the project that have not expired. */
    of: (groupId: string, now: Date, tx?: Tx) =>
      users
        .find({ groupId, ...current(now) }, { session: tx })
        .sort({ _id: 1 })
        .toArray(),
    put: (user: DatabaseUser, tx: Tx) =>
      users.replaceOne({ _id: user._id }, user, { session: tx, ignoreUndefined: true }),
    /** False when there was none. */
    remove: async (id: string, tx: Tx): Promise<boolean> =>
      (await users.deleteOne({ _id: id }, { session: tx })).deletedCount === 1,
    /** Projects with users that have expired. */
    expiredIn: (now: Date): Promise<string[]> => users.distinct('groupId', { deleteAfterDate: { $lte: now } }),
    expired: (groupId: string, now: Date, tx: Tx) =>
      users.find({ groupId, deleteAfterDate: { $lte: now } }, { session: tx }).toArray(),
    clearGroup: (groupId: string, tx: Tx) => users.deleteMany({ groupId }, { session: tx }),
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
