import type { Vault } from '../../base/secrets.ts';
import type { Leaving, Tx } from '../../base/state.ts';
import { fail } from '../../kernel/failure.ts';
import { type Host, type Mark, type Owner, replicaSetUri } from '../../mongod/index.ts';
import { uriOfMember, uriWith } from './external.ts';
import { ADMIN, type Cluster, type Member, replSetOf } from './model.ts';
import { srvNameOf } from './names.ts';
import type { LogSource, ProviderOf } from './provider.ts';
import type { ClusterStore } from './store.ts';

export { type Cluster, isTenant } from './model.ts';
export type { LogSource } from './provider.ts';

/** A member as the replica set knows it; its tags name what Atlas's do, so that read preferences carry over. */
export const hostOf = ({ host = '127.0.0.1', port, priority, votes, caFile, ...slot }: Member): Host => ({
  ...{ host, port, priority, votes },
  ...(caFile ? { caFile } : {}),
  tags: {
    nodeType: slot.kind,
    provider: slot.providerName,
    region: slot.regionName,
    workloadType: slot.kind === 'ANALYTICS' ? 'ANALYTICS' : 'OPERATIONAL',
  },
});

/** Where the members listen; nothing before they have been chosen. */
export const hostsOf = (cluster: Cluster): Host[] => cluster.status.members.filter((it) => !it.leaving).map(hostOf);

/** A connection string for one user of the cluster, or without a user for anybody. */
export const uriOf = (cluster: Cluster, user?: string, password?: string): string =>
  replicaSetUri({ members: hostsOf(cluster), replSet: replSetOf(cluster), user, password, authSource: 'admin' });

/** Clients have the authority's certificate in a place of their own. */
function uriForAnybody(cluster: Cluster): string {
  const members = hostsOf(cluster).map(({ caFile: _ours, ...it }) => it);
  const uri = replicaSetUri({ members, replSet: replSetOf(cluster), authSource: 'admin' });
  return cluster.status.members.some((it) => it.caFile) ? uri.replace('/?', '/?ssl=true&') : uri;
}

/**
 * The short form, which has drivers ask the name service; it stands for TLS unless it says otherwise. Nothing before the
 * members show certificates with their names in the zone.
 */
function srvOf(cluster: Cluster, zone: string | undefined): string | undefined {
  if (!zone || cluster.status.zone !== zone) return undefined;
  const tls = cluster.status.members.some((it) => it.caFile) ? '' : '/?tls=false';
  return `mongodb+srv://${srvNameOf(cluster, zone)}${tls}`;
}

/** What a client may connect to: nothing while there is nothing that would answer. */
export function stringsOf(
  cluster: Cluster,
  { vault, zone }: { vault: Vault; zone?: string },
): { standard?: string; standardSrv?: string } {
  if (!cluster.status.formed) return {};
  if (!cluster.external) return { standard: uriForAnybody(cluster), standardSrv: srvOf(cluster, zone) };
  const uri = uriWith(vault.open(cluster.external.sealedUri, cluster._id));
  return uri.startsWith('mongodb+srv:') ? { standardSrv: uri } : { standard: uri };
}

/** Whether there is somebody to ask: it has been formed, is not paused, and is not on its way out. */
export const isUp = ({ deleting, spec, status }: Cluster): boolean =>
  !deleting && !spec.paused && status.state !== 'CREATING' && status.state !== 'DELETING';

export interface ClusterProcess {
  name: string;
  host: string;
  port: number;
  replSet: string;
  log: LogSource;
  /** For this server alone. */
  adminUri: string;
}

/** What other rooms may ask of the clusters. */
export function createClusterQuestions(store: ClusterStore, vault: Vault, providerOf: ProviderOf) {
  return {
    find: store.find,
    findById: store.byId,
    all: store.all,
    listIn: store.listIn,
    hostsOf,
    countsIn: store.countsIn,
    countIn: async (groupId: string, tx?: Tx): Promise<number> =>
      (await store.countsIn([groupId], tx)).get(groupId) ?? 0,
    /** Before relying on a cluster: throws CLUSTER_NOT_FOUND when it is gone or going. */
    async hold(id: string, tx: Tx): Promise<void> {
      if (await store.hold(id, tx)) return;
      const cluster = await store.byId(id, tx);
      throw fail('CLUSTER_NOT_FOUND', cluster?.name ?? id, cluster?.groupId ?? '');
    },
    /** Root credentials; they never leave this server. */
    adminUri: (cluster: Cluster): string =>
      cluster.external
        ? vault.open(cluster.external.sealedUri, cluster._id)
        : uriOf(cluster, ADMIN, vault.open(cluster.sealed.adminPassword, cluster._id)),
    /** The processes of a cluster, each with a connection string for root that leads to it alone. */
    processesOf: (cluster: Cluster): ClusterProcess[] => {
      const password = vault.open(cluster.sealed.adminPassword, cluster._id);
      const registered = cluster.external && vault.open(cluster.external.sealedUri, cluster._id);
      return cluster.status.members
        .filter((it) => !it.leaving)
        .map((it) => {
          const { host, port } = hostOf(it);
          const tls = it.caFile ? `&tls=true&tlsCAFile=${encodeURIComponent(it.caFile)}` : '';
          const login = `${ADMIN}:${encodeURIComponent(password)}`;
          return {
            ...{ name: it.name, host, port, log: providerOf(cluster).log(cluster, it), replSet: replSetOf(cluster) },
            adminUri: registered
              ? uriOfMember(registered, `${host}:${port}`)
              : `mongodb://${login}@${host}:${port}/?directConnection=true&authSource=admin${tls}`,
          };
        });
    },
    trust: (cluster: Cluster, pem: string): Promise<boolean> => providerOf(cluster).trust(cluster, pem),
    /** What users and roles are marked with that a room makes on a cluster. */
    ownerOf: ({ _id, external }: Cluster, mark: Mark): Owner => ({
      mark,
      cluster: _id,
      shared: external !== undefined,
    }),
    /** Has a member restarted; false when the cluster is not idle, or not this server's to restart. */
    restart: store.askRestart,
    uriFor: (cluster: Cluster, user: string, password: string): string =>
      cluster.external
        ? uriWith(vault.open(cluster.external.sealedUri, cluster._id), user, password)
        : uriOf(cluster, user, password),
    logFiles: (cluster: Cluster): { member: string; path: string }[] =>
      cluster.status.members.flatMap((it) => {
        const log = providerOf(cluster).log(cluster, it);
        return 'file' in log ? [{ member: it.name, path: log.file }] : [];
      }),
  };
}

export type ClusterQuestions = ReturnType<typeof createClusterQuestions>;

/** A project with clusters stays, also with one that is still being removed. */
export const createClusterLeaving = (store: ClusterStore): Leaving => ({
  async refuseGroup(groupId, tx) {
    if ((await store.countsIn([groupId], tx)).size) throw fail('CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS');
  },
});
