import type { Leaving, Tx } from '../../base/state.ts';
import type { Cluster } from '../clusters/questions.ts';
import type { DeploymentStore } from './store.ts';

/** What other rooms may ask of the way of users, roles and addresses to the clusters. */
export function createDeploymentQuestions(store: DeploymentStore) {
  /** Of these clusters, those that have not yet taken over the last change, and whether they ever took over one. */
  async function pending(
    clusters: readonly Pick<Cluster, '_id' | 'groupId' | 'spec'>[],
  ): Promise<Map<string, 'first' | 'later'>> {
    const [revisions, deployed] = await Promise.all([
      store.revisions([...new Set(clusters.map((it) => it.groupId))]),
      store.deployed(clusters.map((it) => it._id)),
    ]);
    const behind = new Map<string, 'first' | 'later'>();
    for (const { _id, groupId, spec } of clusters) {
      // What does not run takes nothing over; it does when it is resumed.
      if (spec.paused) continue;
      const has = deployed.get(_id)?.revision;
      if ((has ?? 0) < (revisions.get(groupId) ?? 0)) behind.set(_id, has === undefined ? 'first' : 'later');
    }
    return behind;
  }
  return {
    pending,
    /** By cluster, the names that it could not take over, since others have them there. */
    foreign: async (clusterIds: readonly string[]): Promise<Map<string, readonly string[]>> =>
      new Map([...(await store.deployed(clusterIds))].map(([id, it]) => [id, it.foreign ?? []])),
    /** Every cluster of the project must take over what this transaction changes. */
    changed: async (groupId: string, tx: Tx): Promise<void> => void (await store.raise(groupId, tx)),
    clearCluster: store.clearCluster,
  };
}

export type DeploymentQuestions = ReturnType<typeof createDeploymentQuestions>;

export const createDeploymentLeaving = (store: DeploymentStore): Leaving => ({ clearGroup: store.clearGroup });
