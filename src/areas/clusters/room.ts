import type { Clock } from '../../base/clock.ts';
import type { Vault } from '../../base/secrets.ts';
import type { State, Tx } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Fail } from '../../kernel/failure.ts';
import type { GroupPlace } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { Cluster } from './model.ts';
import { stringsOf } from './questions.ts';
import type { Refusal, Versions } from './rules.ts';
import type { ClusterStore } from './store.ts';
import type { SeenCluster } from './wire-reply.ts';

export interface ClusterRoom extends Versions {
  /** The certificate of the authority that clusters with TLS are signed by. */
  caFile?: string;
  /** Of the name service, in which clusters have names. */
  zone?: string;
  state: State;
  vault: Vault;
  clusters: ClusterStore;
  projects: Pick<ProjectQuestions, 'within' | 'visibleTo'>;
  orgs: { place(id: string): Promise<{ name: string } | undefined> };
  grants: { of(clusterIds: readonly string[]): Promise<Map<string, { grantType: string; expirationTime: Date }>> };
  /** The way of users, roles and addresses to the clusters: those that have not taken over the last change. */
  deployment: { pending(clusters: readonly Cluster[]): Promise<ReadonlyMap<string, 'first' | 'later'>> };
  imports: { isRunningInto(clusterId: string, tx?: Tx): Promise<boolean> };
  clock: Clock;
}

/** Nobody can rely on a cluster as it is wanted before its users are on it as they are wanted. */
function withState(cluster: Cluster, pending: 'first' | 'later' | undefined): Cluster {
  if (!pending || cluster.status.state !== 'IDLE') return cluster;
  return { ...cluster, status: { ...cluster.status, state: pending === 'first' ? 'CREATING' : 'UPDATING' } };
}

export async function withUsers({ deployment }: ClusterRoom, found: readonly Cluster[]): Promise<Cluster[]> {
  const pending = await deployment.pending(found);
  return found.map((it) => withState(it, pending.get(it._id)));
}

export async function seen(room: ClusterRoom, found: readonly Cluster[]): Promise<SeenCluster[]> {
  const [granted, clusters] = await Promise.all([room.grants.of(found.map((it) => it._id)), withUsers(room, found)]);
  return clusters.map((cluster) => ({
    cluster,
    grant: granted.get(cluster._id),
    connectionStrings: stringsOf(cluster, room),
  }));
}
export const one = async (room: ClusterRoom, cluster: Cluster): Promise<SeenCluster> =>
  (await seen(room, [cluster]))[0]!;

export const refuse = (fail: Fail<ErrorCode>, refusal: Refusal | undefined): void => {
  if (refusal) throw fail(...(refusal as [ErrorCode, ...string[]]));
};

export const NOT_FOUND = ['CLUSTER_NOT_FOUND', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'] as const;

/** The cluster of this API by its name; those of another kind are refused by name, as are those that are not there. */
export async function findCluster(
  room: Pick<ClusterRoom, 'clusters'>,
  group: GroupPlace,
  name: string,
  fail: Fail<'CLUSTER_NOT_FOUND' | 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'>,
  tx?: Tx,
): Promise<Cluster> {
  const cluster = await room.clusters.find(group.id, name, tx);
  if (!cluster) throw fail('CLUSTER_NOT_FOUND', name, group.id);
  if (cluster.kind === 'FLEX') throw fail('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', name);
  return cluster;
}
