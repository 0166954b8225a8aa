import type { State, Tx } from '../../base/state.ts';

/** Counts the changes of who may do what on the clusters of a project. */
interface Revision {
  /** The project's id. */
  _id: string;
  revision: number;
}

/** What a cluster has taken over. */
export interface Deployed {
  /** The cluster's id. */
  _id: string;
  groupId: string;
  /** Of the project, when the cluster last took over everything; absent until it first has. */
  revision?: number;
  /** Names of the roles that were made on it, noted before they are. */
  roles: string[];
  /** What was there after the last take-over; see managedAccessPrint. */
  print?: string;
  /** Of the authorities whose client certificates it accepts. */
  trust?: string;
  /** Names that it could not take over, since others have them there; see SyncedAccess. */
  foreign?: string[];
}

/** The only code that touches the collections `databaseAccess` and `databaseAccessDeployed`. */
export function createDeploymentStore(state: State) {
  const revisions = state.db.collection<Revision>('databaseAccess');
  const deployed = state.db.collection<Deployed>('databaseAccessDeployed');
  return {
    async prepare(): Promise<void> {
      await deployed.createIndex({ groupId: 1 });
    },
    raise: (groupId: string, tx: Tx) =>
      revisions.updateOne({ _id: groupId }, { $inc: { revision: 1 } }, { session: tx, upsert: true }),
    revisionOf: async (groupId: string): Promise<number> => (await revisions.findOne({ _id: groupId }))?.revision ?? 0,
    revisions: async (groupIds: readonly string[]): Promise<Map<string, number>> =>
      new Map((await revisions.find({ _id: { $in: [...groupIds] } }).toArray()).map((it) => [it._id, it.revision])),
    deployedOn: (clusterId: string) => deployed.findOne({ _id: clusterId }),
    deployed: async (clusterIds: readonly string[]): Promise<Map<string, Deployed>> =>
      new Map((await deployed.find({ _id: { $in: [...clusterIds] } }).toArray()).map((it) => [it._id, it])),
    noteRoles: (clusterId: string, groupId: string, roles: readonly string[]) =>
      deployed.updateOne(
        { _id: clusterId },
        { $set: { groupId }, $addToSet: { roles: { $each: [...roles] } } },
        { upsert: true },
      ),
    /** Only of a cluster whose roles were noted: one that is gone meanwhile leaves nothing behind. */
    setDeployed: (clusterId: string, change: Required<Omit<Deployed, '_id' | 'groupId' | 'trust'>>) =>
      deployed.updateOne({ _id: clusterId }, { $set: change }),
    setTrust: (clusterId: string, groupId: string, trust: string) =>
      deployed.updateOne(
        { _id: clusterId },
        { $set: { groupId, trust }, $setOnInsert: { roles: [] } },
        { upsert: true },
      ),
    clearCluster: (clusterId: string) => deployed.deleteOne({ _id: clusterId }),
    clearGroup: async (groupId: string, tx: Tx): Promise<void> => {
      await revisions.deleteOne({ _id: groupId }, { session: tx });
      await deployed.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type DeploymentStore = ReturnType<typeof createDeploymentStore>;
