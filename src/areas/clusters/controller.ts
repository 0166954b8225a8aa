import type { Tx } from '../../base/state.ts';
import { type State, transact } from '../../base/state.ts';
import type { PlacedEvent } from '../../kernel/operation.ts';
import type { Leases } from '../../reconcile/lease.ts';
import { type Cluster, replSetOf } from './model.ts';
import type { ProviderOf } from './provider.ts';
import type { ClusterStore } from './store.ts';

export interface ClusterControl {
  state: State;
  clusters: ClusterStore;
  providerOf: ProviderOf;
  leases: Leases;
  events: { record(event: PlacedEvent, tx: Tx): Promise<void> };
  /** Told of a cluster that is gone for good. */
  gone(clusterId: string): Promise<void>;
}

/** Brings clusters from what is written of them to what runs, from whatever point an earlier pass had reached. */
export function createClusterControl(control: ClusterControl) {
  const { clusters, leases } = control;
  return {
    name: 'clusters',
    async list(): Promise<string[]> {
      return (await clusters.all()).filter((it) => hasWork(control, it)).map((it) => it._id);
    },
    async reconcile(id: string, signal: AbortSignal): Promise<{ again?: number } | undefined> {
      const cluster = await clusters.byId(id);
      if (!cluster || !hasWork(control, cluster)) return undefined;
      let lost = false;
      const done = await leases.under(`cluster ${id}`, signal, async (held) => {
        // Another server may have been at it until a moment ago.
        const now = await clusters.byId(id);
        try {
          if (!now || !isMine(control, now)) return true;
          if (now.deleting) await remove(control, now);
          else return await keep(control, now, held);
        } catch (error) {
          // The cluster is no longer this server's to speak of: what went wrong is not noted in it.
          if (!held.aborted) throw error;
          lost = true;
        }
        return true;
      });
      if (done === undefined || lost) return { again: 1_000 };
      return done ? undefined : { again: 0 };
    },
    async failed(id: string, error: Error): Promise<void> {
      const state = (await clusters.byId(id))?.status.state ?? 'REPAIRING';
      // The first line is the same at every try, and a note that changes nothing wakes nobody; the log has the rest.
      await clusters.setState(id, state === 'IDLE' ? 'REPAIRING' : state, error.message.split('\n')[0]);
    },
  };
}

/** Members live where they were placed: another installation on the same state store must not start them anew. */
const isMine = ({ providerOf }: ClusterControl, cluster: Cluster): boolean =>
  cluster.status.home === undefined || cluster.status.home === providerOf(cluster).home;

const hasWork = (control: ClusterControl, cluster: Cluster): boolean =>
  isMine(control, cluster) &&
  (cluster.deleting === true || cluster.status.state !== 'IDLE' || !control.providerOf(cluster).isWell(cluster));

/** False when something else has been wanted meanwhile. */
async function keep(control: ClusterControl, cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const { state, clusters, events } = control;
  const provider = control.providerOf(cluster);
  const { _id, orgId, groupId, name, revision, status } = cluster;
  // A minority that is down takes nothing from the cluster's users; more than that does.
  if (status.state === 'IDLE' && provider.down(cluster) * 2 >= Math.max(1, status.members.length))
    await clusters.setState(_id, 'REPAIRING');
  signal.throwIfAborted();
  const notes = {
    members: async (it: Cluster['status']['members']) => void (await clusters.setMembers(_id, it, provider.home)),
    restarted: async (member: string) => void (await clusters.restarted(_id, member)),
    async identity(set: { id: string; name: string }) {
      const own = (await clusters.all()).some((it) => !it.external && replSetOf(it) === set.name);
      if (own || !(await clusters.claimSet(_id, set.id)))
        throw new Error(`Replica set ${set.name} is another cluster of this server already. Delete this one.`);
    },
  };
  const before = { state: status.state, revision: status.revision };
  const found = await provider.bring(cluster, notes, signal);
  signal.throwIfAborted();
  return transact(state, async (tx) => {
    const reached = await clusters.reached(_id, revision, found ?? {}, tx);
    const about = { orgId, groupId, clusterName: name };
    if (reached && before.state === 'CREATING') await events.record({ type: 'CLUSTER_READY', ...about }, tx);
    else if (reached && before.revision !== revision)
      await events.record({ type: 'CLUSTER_UPDATE_COMPLETED', ...about }, tx);
    return reached;
  });
}

async function remove({ state, clusters, providerOf, events, gone }: ClusterControl, cluster: Cluster): Promise<void> {
  await providerOf(cluster).remove(cluster);
  await gone(cluster._id);
  const { _id, orgId, groupId, name } = cluster;
  await transact(state, async (tx) => {
    await clusters.remove(_id, tx);
    await events.record({ type: 'CLUSTER_DELETED', orgId, groupId, clusterName: name }, tx);
  });
}
