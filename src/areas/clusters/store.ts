import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import {
  type Cluster,
  type ClusterKind,
  type ClusterSpec,
  type ClusterState,
  type Member,
  needsWork,
} from './model.ts';

/** The only code that touches the collection `clusters`. */
export function createClusterStore(state: State) {
  const clusters = state.db.collection<Cluster>('clusters');
  return {
    async prepare(): Promise<void> {
      await clusters.createIndex({ groupId: 1, name: 1 }, { unique: true });
      const registered = { 'external.setId': { $exists: true } };
      await clusters.createIndex({ 'external.setId': 1 }, { unique: true, partialFilterExpression: registered });
    },
    insert: (cluster: Cluster, tx: Tx) => clusters.insertOne(cluster, { session: tx }),
    find: (groupId: string, name: string, tx?: Tx) => clusters.findOne({ groupId, name }, { session: tx }),
    byId: (id: string, tx?: Tx) => clusters.findOne({ _id: id }, { session: tx }),
    all: () => clusters.find().sort({ _id: 1 }).toArray(),
    listIn: (groupId: string) => clusters.find({ groupId }).sort({ _id: 1 }).toArray(),
    /** The clusters of these projects. */
    listInAll: (groupIds: readonly string[]) =>
      clusters
        .find({ groupId: { $in: [...groupIds] } })
        .sort({ _id: 1 })
        .toArray(),
    async list(groupId: string, kind: ClusterKind, { skip, itemsPerPage }: Paging): Promise<Page<Cluster>> {
      const [items, total] = await Promise.all([
        clusters.find({ groupId, kind }).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        clusters.countDocuments({ groupId, kind }),
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
    /**
     * Writes what is wanted of a cluster that was read in the same transaction. What runs must follow where the change
     * asks for that, and the state says so from this very moment.
     */
    async change(cluster: Cluster, spec: ClusterSpec, tx: Tx, more: Partial<Cluster> = {}): Promise<Cluster> {
      const works = needsWork(cluster.spec, spec) || more.kind !== undefined;
      const state = works && cluster.status.state === 'IDLE' ? 'UPDATING' : cluster.status.state;
      const changed = await clusters.findOneAndUpdate(
        { _id: cluster._id, deleting: { $exists: false } },
        {
          $set: { ...more, spec, 'status.state': state },
          // Excludes whatever begins to rely on the cluster at the same moment.
          $inc: { held: 1, revision: works ? 1 : 0 },
        },
        { returnDocument: 'after', session: tx },
      );
      return changed ?? cluster;
    },
    /** False when the cluster is gone or going. */
    async hold(id: string, tx: Tx): Promise<boolean> {
      const there = { _id: id, deleting: { $exists: false } };
      return (await clusters.updateOne(there, { $inc: { held: 1 } }, { session: tx })).matchedCount === 1;
    },
    markDeleting: (id: string, tx: Tx) =>
      clusters.updateOne({ _id: id }, { $set: { deleting: true, 'status.state': 'DELETING' } }, { session: tx }),
    /** False when something else is under way, or nothing of it is ours. */
    async askRestart(id: string, member: string, tx: Tx): Promise<boolean> {
      const ready = { _id: id, 'status.state': 'IDLE' as const, 'spec.paused': false, external: { $exists: false } };
      const asked = await clusters.updateOne(
        { ...ready, deleting: { $exists: false } },
        { $addToSet: { restarts: member }, $set: { 'status.state': 'UPDATING' }, $inc: { revision: 1, held: 1 } },
        { session: tx },
      );
      return asked.matchedCount === 1;
    },
    restarted: (id: string, member: string) => clusters.updateOne({ _id: id }, { $pull: { restarts: member } }),
    /** `home` is the installation on whose host they are; see Provider. */
    setMembers: (id: string, members: Member[], home: string) =>
      clusters.updateOne({ _id: id }, { $set: { 'status.members': members, 'status.home': home } }),
    /** False when another cluster is that set already. */
    async claimSet(id: string, setId: string): Promise<boolean> {
      try {
        await clusters.updateOne({ _id: id }, { $set: { 'external.setId': setId } });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    /** A cluster that is going stays DELETING whatever a late pass says. */
    setState: (id: string, state: ClusterState, message?: string) =>
      clusters.updateOne({ _id: id, deleting: { $exists: false } }, [
        {
          $set: {
            'status.state': state,
            'status.message': message === undefined ? '$$REMOVE' : { $literal: message },
          },
        },
      ]),
    /**
     * What runs is what `revision` wanted. False when something else has been wanted since, so that the state must not
     * yet say IDLE.
     */
    async reached(id: string, revision: number, found: Partial<Cluster['status']>, tx: Tx): Promise<boolean> {
      const all = Object.entries(found).map(([k, v]) => [`status.${k}`, v] as const);
      const set = Object.fromEntries(all.filter(([, v]) => v !== undefined));
      const unset = Object.fromEntries(all.filter(([, v]) => v === undefined).map(([k]) => [k, '']));
      const done = await clusters.updateOne(
        { _id: id, revision, deleting: { $exists: false } },
        {
          $set: { ...set, 'status.state': 'IDLE', 'status.revision': revision, 'status.formed': true },
          $unset: { ...unset, 'status.message': '' },
        },
        { session: tx },
      );
      return done.matchedCount === 1;
    },
    remove: (id: string, tx: Tx) => clusters.deleteOne({ _id: id }, { session: tx }),
  };
}

export type ClusterStore = ReturnType<typeof createClusterStore>;
