import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { Cluster, ClusterSpec, ClusterState, Member } from './model.ts';

/** The only code that touches the collection `clusters`. */
export function createClusterStore(state: State) {
  const clusters = state.db.collection<Cluster>('clusters');
  return {
    async prepare(): Promise<void> {
      await clusters.createIndex({ groupId: 1, name: 1 }, { unique: true });
    },
    insert: (cluster: Cluster, tx: Tx) => clusters.insertOne(cluster, { session: tx }),
    find: (groupId: string, name: string, tx?: Tx) => clusters.findOne({ groupId, name }, { session: tx }),
    byId: (id: string, tx?: Tx) => clusters.findOne({ _id: id }, { session: tx }),
    all: () => clusters.find().sort({ _id: 1 }).toArray(),
    ids: async (): Promise<string[]> =>
      (await clusters.find({}, { projection: { _id: 1 } }).toArray()).map((it) => it._id),
    listIn: (groupId: string) => clusters.find({ groupId }).sort({ _id: 1 }).toArray(),
    async list(groupId: string, { skip, itemsPerPage }: Paging): Promise<Page<Cluster>> {
      const [items, total] = await Promise.all([
        clusters.find({ groupId }).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        clusters.countDocuments({ groupId }),
      ]);
      return { items, total };
    },
    async countsIn(groupIds: readonly string[], tx?: Tx): Promise<Map<string, number>> {
      const counts = await clusters
        .aggregate<{ _id: string; n: number }>(
          [{ $match: { groupId: { $in: [...groupIds] } } }, { $group: { _id: '$groupId', n: { $sum: 1 } } }],
          { session: tx },
        )
        .toArray();
      return new Map(counts.map((it) => [it._id, it.n]));
    },
    /** Changes what is wanted; null when the cluster is gone or going. */
    update: (id: string, change: Partial<ClusterSpec>, tx: Tx) =>
      clusters.findOneAndUpdate(
        { _id: id, deleting: { $exists: false } },
        {
          $set: Object.fromEntries(Object.entries(change).map(([k, v]) => [`spec.${k}`, v])),
          // Excludes whatever begins to rely on the cluster at the same moment.
          $inc: { held: 1 },
        },
        { returnDocument: 'after', session: tx },
      ),
    /** False when the cluster is gone or going. */
    async hold(id: string, tx: Tx): Promise<boolean> {
      const there = { _id: id, deleting: { $exists: false } };
      return (await clusters.updateOne(there, { $inc: { held: 1 } }, { session: tx })).matchedCount === 1;
    },
    markDeleting: (id: string, tx: Tx) =>
      clusters.updateOne({ _id: id }, { $set: { deleting: true, 'status.state': 'DELETING' } }, { session: tx }),
    /** `home` is the installation on whose host they are; see Provider. */
    setMembers: (id: string, members: Member[], home: string) =>
      clusters.updateOne({ _id: id }, { $set: { 'status.members': members, 'status.home': home } }),
    /** A cluster that is going stays DELETING whatever a late pass says. Gives the cluster as it was before. */
    setState: (id: string, state: ClusterState, more: { mongoDBVersion?: string; message?: string } = {}, tx?: Tx) =>
      clusters.findOneAndUpdate(
        { _id: id, deleting: { $exists: false } },
        [
          {
            $set: {
              'status.state': state,
              'status.message': more.message === undefined ? '$$REMOVE' : { $literal: more.message },
              ...(more.mongoDBVersion ? { 'status.mongoDBVersion': more.mongoDBVersion } : {}),
            },
          },
        ],
        { returnDocument: 'before', session: tx },
      ),
    remove: (id: string, tx: Tx) => clusters.deleteOne({ _id: id }, { session: tx }),
  };
}

export type ClusterStore = ReturnType<typeof createClusterStore>;
