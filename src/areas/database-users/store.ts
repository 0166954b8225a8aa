import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { DatabaseUser } from './model.ts';

/** Which users a cluster has: a fingerprint of all of them as they were when they were last brought there. */
interface Deployed {
  /** The cluster's id. */
  _id: string;
  groupId: string;
  fingerprint: string;
}

/** The only code that touches the collections `databaseUsers` and `databaseUsersDeployed`. */
export function createUserStore(state: State) {
  const users = state.db.collection<DatabaseUser>('databaseUsers');
  const deployed = state.db.collection<Deployed>('databaseUsersDeployed');
  return {
    async prepare(): Promise<void> {
      await users.createIndex({ groupId: 1, _id: 1 });
      await users.createIndex({ deleteAfterDate: 1 }, { sparse: true });
      await deployed.createIndex({ groupId: 1 });
    },
    insert: (user: DatabaseUser, tx: Tx) => users.insertOne(user, { session: tx }),
    find: (id: string) => users.findOne({ _id: id }),
    of: (groupId: string) => users.find({ groupId }).sort({ _id: 1 }).toArray(),
    async list(groupId: string, { skip, itemsPerPage }: Paging): Promise<Page<DatabaseUser>> {
      const [items, total] = await Promise.all([
        users.find({ groupId }).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        users.countDocuments({ groupId }),
      ]);
      return { items, total };
    },
    update: (id: string, change: Partial<DatabaseUser>, tx: Tx) =>
      users.findOneAndUpdate(
        { _id: id },
        { $set: change, $inc: { revision: 1 } },
        { returnDocument: 'after', session: tx },
      ),
    /** False when there was none. */
    remove: async (id: string, tx: Tx): Promise<boolean> =>
      (await users.deleteOne({ _id: id }, { session: tx })).deletedCount === 1,
    expired: (now: Date) => users.find({ deleteAfterDate: { $lte: now } }).toArray(),
    deployedOn: async (clusterId: string): Promise<string | undefined> =>
      (await deployed.findOne({ _id: clusterId }))?.fingerprint,
    setDeployed: (clusterId: string, groupId: string, fingerprint: string) =>
      deployed.updateOne({ _id: clusterId }, { $set: { groupId, fingerprint } }, { upsert: true }),
    clearCluster: (clusterId: string) => deployed.deleteOne({ _id: clusterId }),
    clearGroup: async (groupId: string, tx: Tx): Promise<void> => {
      await users.deleteMany({ groupId }, { session: tx });
      await deployed.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
