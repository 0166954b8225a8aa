import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import { type CloudProvider, regions, suggested } from '../../contract/regions.ts';
import { type GroupPlace, operation, type Page, type Paging } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import type { Cluster } from './model.ts';
import { type ClusterRoom, findCluster, NOT_FOUND } from './room.ts';
import { sizesOf, tenantSizes } from './sizes.ts';
import { majorOf } from './wire-reply.ts';

type NotFound = (typeof NOT_FOUND)[number];
const about = {
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
} as const;

/** One page of what is all in memory. */
const pageOf = <T>(all: readonly T[], { skip, itemsPerPage }: Paging): Page<T> => ({
  items: all.slice(skip, skip + itemsPerPage),
  total: all.length,
});

export const getGroupClusterStatus = operation<ClusterRoom, unknown, Cluster, NotFound>({
  id: 'getGroupClusterStatus',
  route: 'GET /groups/{groupId}/clusters/{clusterName}/status',
  ...about,
  fails: NOT_FOUND,
  versions: {
    '2023-01-01': {
      reply: Type.Object({ changeStatus: Type.String() }),
      status: 200,
      write: ({ status, revision }) => ({ changeStatus: status.revision === revision ? 'APPLIED' : 'PENDING' }),
    },
  },
  run: ({ group, path, fail }, room) => findCluster(room, group, path.clusterName!, fail),
});

export const autoGroupClusterScalingConfiguration = operation<ClusterRoom, unknown, Cluster, NotFound>({
  id: 'autoGroupClusterScalingConfiguration',
  route: 'GET /groups/{groupId}/clusters/{clusterName}/autoScalingConfiguration',
  ...about,
  fails: NOT_FOUND,
  versions: {
    '2024-08-05': {
      reply: Type.Object({ autoScalingMode: Type.String() }),
      status: 200,
      // Shards could differ; a replica set is one.
      write: () => ({ autoScalingMode: 'CLUSTER_WIDE_SCALING' }),
      deprecated: { by: '2024-10-23' },
    },
  },
  run: ({ group, path, fail }, room) => findCluster(room, group, path.clusterName!, fail),
});

const Size = Type.Object({
  name: Type.String(),
  availableRegions: Type.Array(Type.Object({ name: Type.String(), default: Type.Boolean() })),
});

interface ProviderRegions {
  provider: CloudProvider;
  sizes: readonly string[];
}

const clouds = Object.keys(regions) as CloudProvider[];

export const listGroupClusterProviderRegions = operation<ClusterRoom, unknown, Page<ProviderRegions>>({
  id: 'listGroupClusterProviderRegions',
  route: 'GET /groups/{groupId}/clusters/provider/regions',
  ...about,
  fails: [],
  list: 'page',
  query: { providers: Type.Array(Type.String()), tier: Type.String() },
  versions: {
    '2023-01-01': {
      reply: Type.Object({ provider: Type.String(), instanceSizes: Type.Array(Size) }),
      status: 200,
      write: ({ provider, sizes }) => ({
        provider,
        instanceSizes: sizes.map((name) => ({
          name,
          availableRegions: regions[provider].map((it) => ({ name: it, default: suggested.includes(it) })),
        })),
      }),
    },
  },
  async run({ query, paging }) {
    const wanted = query.providers as readonly string[] | undefined;
    const all = clouds
      .filter((it) => !wanted || wanted.includes(it))
      .map((provider) => ({
        provider,
        sizes: [...tenantSizes, ...sizesOf[provider]].filter((it) => !query.tier || it === query.tier),
      }));
    return pageOf(all, paging);
  },
});

interface AvailableVersion {
  cloudProvider: string;
  instanceSize: string;
  version: string;
}

export const getGroupMongoDbVersions = operation<ClusterRoom, unknown, Page<AvailableVersion>>({
  id: 'getGroupMongoDbVersions',
  route: 'GET /groups/{groupId}/mongoDBVersions',
  ...about,
  fails: [],
  list: 'page',
  query: {
    cloudProvider: Type.Enum(['AWS', 'AZURE', 'GCP', 'TENANT']),
    instanceSize: Type.String(),
    defaultStatus: Type.Enum(['DEFAULT']),
  },
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        cloudProvider: Type.String(),
        defaultStatus: Type.String(),
        instanceSize: Type.String(),
        version: Type.String(),
      }),
      status: 200,
      write: (it) => ({ ...it, defaultStatus: 'DEFAULT' }),
    },
  },
  async run({ query, paging }, room) {
    const version = majorOf(room.version)!;
    const all = [...clouds.map((it) => [it, sizesOf[it]] as const), ['TENANT', tenantSizes] as const]
      .filter(([cloudProvider]) => !query.cloudProvider || query.cloudProvider === cloudProvider)
      .flatMap(([cloudProvider, sizes]) => sizes.map((instanceSize) => ({ cloudProvider, instanceSize, version })))
      .filter((it) => !query.instanceSize || query.instanceSize === it.instanceSize);
    return pageOf(all, paging);
  },
});

interface SeenGroup {
  group: GroupPlace;
  orgName: string;
  clusters: Cluster[];
}

/** In Atlas's words: what could be said of a cluster from outside. */
function availability({ status, spec }: Cluster): string {
  if (spec.paused || status.state === 'CREATING') return 'unavailable';
  return status.state === 'REPAIRING' ? 'warning' : 'available';
}

export const listClusterDetails = operation<ClusterRoom, unknown, Page<SeenGroup>>({
  id: 'listClusterDetails',
  route: 'GET /clusters',
  inside: 'anywhere',
  roles: [],
  fails: [],
  list: 'page',
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        ...{ groupId: Type.String(), groupName: Type.String(), orgId: Type.String(), orgName: Type.String() },
        planType: Type.String(),
        tags: Type.Array(Type.String()),
        clusters: Type.Array(
          Type.Object({
            ...sometimes(Type.String(), 'availability', 'clusterId', 'name', 'type'),
            ...sometimes(Type.Boolean(), 'authEnabled', 'backupEnabled', 'sslEnabled'),
            ...sometimes(Type.Integer(), 'alertCount', 'nodeCount'),
            versions: Type.Array(Type.String()),
          }),
        ),
      }),
      status: 200,
      write: ({ group, orgName, clusters }) => ({
        groupId: group.id,
        groupName: group.name,
        orgId: group.orgId,
        orgName,
        planType: 'Atlas',
        tags: [],
        clusters: clusters.map((it) => ({
          alertCount: 0,
          authEnabled: true,
          availability: availability(it),
          backupEnabled: false,
          clusterId: it._id,
          name: it.name,
          nodeCount: it.status.members.length,
          sslEnabled: it.status.members.some((member) => member.caFile !== undefined),
          type: 'REPLICA_SET',
          versions: [it.status.mongoDBVersion],
        })),
      }),
    },
  },
  async run({ caller, paging }, { projects, orgs, clusters }) {
    const { items, total } = await projects.visibleTo(caller, paging);
    const all = await clusters.listInAll(items.map((it) => it.id));
    const names = new Map<string, string>();
    for (const orgId of new Set(items.map((it) => it.orgId))) names.set(orgId, (await orgs.place(orgId))?.name ?? '');
    const seen = items.map((group) => ({
      group,
      orgName: names.get(group.orgId)!,
      clusters: all.filter((it) => it.groupId === group.id),
    }));
    return { items: seen, total };
  },
});

export const getCertificateAuthority = operation<ClusterRoom, unknown, string, 'RESOURCE_NOT_FOUND'>({
  id: 'getCertificateAuthority',
  surface: 'telamon',
  route: 'GET /certificateAuthority',
  inside: 'anywhere',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      reply: Type.Object({ certificate: Type.String() }),
      status: 200,
      write: (certificate) => ({ certificate }),
    },
  },
  async run({ fail }, { caFile }) {
    if (!caFile) throw fail('RESOURCE_NOT_FOUND', 'certificate authority: this server was started without --tls');
    return readFile(caFile, 'utf8');
  },
});

export const detailOperations = [
  getCertificateAuthority,
  getGroupClusterStatus,
  autoGroupClusterScalingConfiguration,
  listGroupClusterProviderRegions,
  getGroupMongoDbVersions,
  listClusterDetails,
];
