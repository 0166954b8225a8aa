import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import type { EventType } from '../../contract/event-types.ts';
import { ensureReplicaSet, type MemberFailed } from '../../mongod/index.ts';
import type { Leases } from '../../reconcile/lease.ts';
import type { EventQuestions } from '../events/questions.ts';
import { ADMIN, type Cluster, type Member, prioritiesOf, replSetOf } from './model.ts';
import type { Provider } from './provider.ts';
import { hostsOf } from './questions.ts';
import type { ClusterStore } from './store.ts';

export interface ClusterControl {
  state: State;
  events: EventQuestions;
  clusters: ClusterStore;
  provider: Provider;
  vault: Vault;
  leases: Leases;
  /** Told of a cluster that is gone for good. */
  gone(clusterId: string): Promise<void>;
}

/** Brings clusters from what is written of them to what runs, from whatever point an earlier pass had reached. */
export function createClusterControl(control: ClusterControl) {
  const { clusters, leases } = control;
  return {
    name: 'clusters',
    list: clusters.ids,
    async reconcile(id: string, signal: AbortSignal): Promise<{ again?: number } | undefined> {
      const cluster = await clusters.byId(id);
      if (!cluster || !isMine(control, cluster) || (!cluster.deleting && isWell(control, cluster))) return undefined;
      let lost = false;
      const done = await leases.under(`cluster ${id}`, signal, async (held) => {
        // Another server may have been at it until a moment ago.
        const now = await clusters.byId(id);
        try {
          if (now && isMine(control, now)) await (now.deleting ? remove(control, now) : keep(control, now, held));
        } catch (error) {
          // The cluster is no longer this server's to speak of: what went wrong is not noted in it.
          if (!held.aborted) throw error;
          lost = true;
        }
        return true;
      });
      return done && !lost ? undefined : { again: 1_000 };
    },
    async failed(id: string, error: Error): Promise<void> {
      const cluster = await clusters.byId(id);
      const state = cluster?.status.state === 'CREATING' ? 'CREATING' : 'REPAIRING';
      // The first line is the same at every try, and a note that changes nothing wakes nobody; the log has the rest.
      await clusters.setState(id, state, { message: error.message.split('\n')[0] });
    },
  };
}

/** Members live where they were placed: another installation on the same state store must not start them anew. */
const isMine = ({ provider }: ClusterControl, { status }: Cluster): boolean =>
  status.home === undefined || status.home === provider.home;

const isWell = ({ provider }: ClusterControl, cluster: Cluster): boolean =>
  cluster.status.state === 'IDLE' && cluster.status.members.every((it) => provider.isRunning(cluster, it));

/** Every step may be the last: what it did is found again by the next pass. */
async function keep(control: ClusterControl, cluster: Cluster, signal: AbortSignal): Promise<void> {
  const { clusters, provider, vault } = control;
  if (!cluster.status.members.length) {
    const members = await provider.plan(cluster, prioritiesOf(cluster.spec));
    await clusters.setMembers(cluster._id, members, provider.home);
    cluster.status.members = members;
  }
  const wasRunning = cluster.status.members.filter((it) => provider.isRunning(cluster, it)).length;
  // A minority that is down takes nothing from the cluster's users; more than that does.
  if (cluster.status.state === 'IDLE' && wasRunning * 2 <= cluster.status.members.length)
    await clusters.setState(cluster._id, 'REPAIRING');
  signal.throwIfAborted();
  await startMembers(control, cluster);
  signal.throwIfAborted();
  const password = vault.open(cluster.sealed.adminPassword, cluster._id);
  const admin = { user: ADMIN, password };
  await ensureReplicaSet({ replSet: replSetOf(cluster), members: hostsOf(cluster), admin });
  signal.throwIfAborted();
  await transact(control.state, async (tx) => {
    const before = await clusters.setState(cluster._id, 'IDLE', { mongoDBVersion: provider.version }, tx);
    if (before?.status.state === 'CREATING') await tell(control, 'CLUSTER_READY', cluster, tx);
  });
}

async function startMembers({ clusters, provider }: ClusterControl, cluster: Cluster): Promise<void> {
  const before = cluster.status.members;
  const started = await Promise.allSettled(before.map((it) => provider.start(cluster, it)));
  const members: Member[] = [];
  for (const [n, outcome] of started.entries()) {
    const taken = outcome.status === 'rejected' && (outcome.reason as MemberFailed).code === 'PORT_IN_USE';
    // Once the replica set knows a member by its port, that port must become free again.
    const movable = taken && cluster.status.state === 'CREATING';
    members.push(movable ? await provider.moved(before[n]!, before) : before[n]!);
  }
  if (members.some((it, n) => it !== before[n])) await clusters.setMembers(cluster._id, members, provider.home);
  const failure = started.find((it) => it.status === 'rejected');
  if (failure) throw failure.reason;
}

async function remove(control: ClusterControl, cluster: Cluster): Promise<void> {
  await control.provider.remove(cluster);
  await control.gone(cluster._id);
  await transact(control.state, async (tx) => {
    await control.clusters.remove(cluster._id, tx);
    await tell(control, 'CLUSTER_DELETED', cluster, tx);
  });
}

const tell = ({ events }: ClusterControl, type: EventType, { orgId, groupId, name }: Cluster, tx: Tx) =>
  events.record({ type, orgId, groupId, clusterName: name }, tx);
