import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { type Tx, transact } from '../../base/state.ts';
import type { Fail } from '../../kernel/failure.ts';
import { type GroupPlace, operation, type Page } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import { applyChange } from './change.ts';
import { makeCluster, REFUSED_DELETION, retire, WRONG_NEW } from './lifecycle.ts';
import type { Cluster, Pair } from './model.ts';
import { stringsOf } from './questions.ts';
import { type ClusterRoom, withUsers } from './room.ts';
import { anything, pairs } from './wire.ts';
import { ConnectionStrings } from './wire-reply.ts';

const closed = { additionalProperties: false };
const changes = {
  links: anything,
  tags: Type.Optional(pairs),
  terminationProtectionEnabled: Type.Optional(Type.Boolean()),
};
const CreateFlex = Type.Object(
  {
    ...changes,
    name: Type.String(),
    providerSettings: Type.Object(
      {
        backingProviderName: Type.Enum(['AWS', 'AZURE', 'GCP']),
        regionName: Type.String({ minLength: 1, maxLength: 64 }),
        diskSizeGB: anything,
        providerName: anything,
      },
      closed,
    ),
  },
  closed,
);
const UpdateFlex = Type.Object(changes, closed);

interface WantedFlex {
  name: string;
  providerSettings: { backingProviderName: string; regionName: string };
  tags?: Pair[];
  terminationProtectionEnabled?: boolean;
}

const FlexReply = Type.Object({
  id: Type.String(),
  groupId: Type.String(),
  name: Type.String(),
  stateName: Type.String(),
  providerSettings: Type.Object({
    diskSizeGB: Type.Number(),
    providerName: Type.String(),
    ...sometimes(Type.String(), 'backingProviderName', 'regionName'),
  }),
  backupSettings: Type.Object({ enabled: Type.Boolean() }),
  clusterType: Type.String(),
  connectionStrings: ConnectionStrings,
  createDate: Type.String(),
  mongoDBVersion: Type.Optional(Type.String()),
  tags: Type.Optional(pairs),
  terminationProtectionEnabled: Type.Boolean(),
  versionReleaseSystem: Type.String(),
});

export interface SeenFlex {
  cluster: Cluster;
  connectionStrings: object;
  isNew?: true;
}

const FLEX_DISK_GB = 5;

export async function seen(room: ClusterRoom, found: Cluster): Promise<SeenFlex> {
  const [cluster] = await withUsers(room, [found]);
  return { cluster: cluster!, connectionStrings: stringsOf(found, room) };
}

function writeFlex({ cluster, connectionStrings, isNew }: SeenFlex) {
  const { spec, status } = cluster;
  const [region] = spec.regionConfigs;
  return {
    backupSettings: { enabled: false },
    clusterType: 'REPLICASET',
    connectionStrings,
    createDate: wireInstant(cluster.created),
    groupId: cluster.groupId,
    id: cluster._id,
    mongoDBVersion: status.mongoDBVersion,
    name: cluster.name,
    providerSettings: {
      backingProviderName: region?.backingProviderName ?? region?.providerName,
      diskSizeGB: FLEX_DISK_GB,
      providerName: 'FLEX',
      regionName: region?.regionName,
    },
    stateName: status.state,
    tags: spec.tags ?? (isNew ? undefined : []),
    terminationProtectionEnabled: spec.terminationProtectionEnabled,
    versionReleaseSystem: 'LTS',
  };
}

export const shown = { reply: FlexReply, status: 200, write: writeFlex };
const FLEX_NOT_FOUND = ['CLUSTER_NOT_FOUND', 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API'] as const;
type FlexNotFound = (typeof FLEX_NOT_FOUND)[number];

async function findFlex(
  { clusters }: ClusterRoom,
  group: GroupPlace,
  name: string,
  fail: Fail<FlexNotFound>,
  tx?: Tx,
): Promise<Cluster> {
  const cluster = await clusters.find(group.id, name, tx);
  if (!cluster) throw fail('CLUSTER_NOT_FOUND', name, group.id);
  if (cluster.kind !== 'FLEX') throw fail('CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', name);
  return cluster;
}

export const listGroupFlexClusters = operation<ClusterRoom, unknown, Page<SeenFlex>>({
  id: 'listGroupFlexClusters',
  route: 'GET /groups/{groupId}/flexClusters',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2024-11-13': shown },
  async run({ group, paging }, room) {
    const { items, total } = await room.clusters.list(group.id, 'FLEX', paging);
    return { items: await Promise.all(items.map((it) => seen(room, it))), total };
  },
});

export const getGroupFlexCluster = operation<ClusterRoom, unknown, SeenFlex, FlexNotFound>({
  id: 'getGroupFlexCluster',
  route: 'GET /groups/{groupId}/flexClusters/{name}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: FLEX_NOT_FOUND,
  versions: { '2024-11-13': shown },
  run: async ({ group, path, fail }, room) => seen(room, await findFlex(room, group, path.name!, fail)),
});

export const createGroupFlexCluster = operation<ClusterRoom, WantedFlex, SeenFlex, (typeof WRONG_NEW)[number]>({
  id: 'createGroupFlexCluster',
  route: 'POST /groups/{groupId}/flexClusters',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: WRONG_NEW,
  versions: { '2024-11-13': { ...shown, body: CreateFlex, read: (wire) => wire, status: 201 } },
  async run({ group, wanted, note, fail }, room) {
    const { name, providerSettings, tags, terminationProtectionEnabled } = wanted;
    const { backingProviderName, regionName } = providerSettings;
    const region = { providerName: 'FLEX', backingProviderName, regionName, electableSpecs: { instanceSize: 'FLEX' } };
    const change = { tags, terminationProtectionEnabled, regions: [region] };
    const cluster = await makeCluster(room, { group, note, fail }, 'FLEX', name, { change });
    return { ...(await seen(room, cluster)), isNew: true };
  },
});

export const updateGroupFlexCluster = operation<
  ClusterRoom,
  { tags?: Pair[]; terminationProtectionEnabled?: boolean },
  SeenFlex,
  FlexNotFound | 'CLUSTER_ALREADY_REQUESTED_DELETION' | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
>({
  id: 'updateGroupFlexCluster',
  route: 'PATCH /groups/{groupId}/flexClusters/{name}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...FLEX_NOT_FOUND, 'CLUSTER_ALREADY_REQUESTED_DELETION', 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'],
  versions: {
    '2024-11-13': {
      ...shown,
      body: UpdateFlex,
      read: ({ tags, terminationProtectionEnabled }) => ({ tags, terminationProtectionEnabled }),
    },
  },
  async run({ group, path, wanted, note, fail }, room) {
    const changed = await transact(room.state, async (tx) => {
      const cluster = await findFlex(room, group, path.name!, fail, tx);
      if (cluster.deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', cluster.name);
      if (await room.imports.isRunningInto(cluster._id, tx))
        throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: cluster.name }, tx);
      return room.clusters.change(cluster, applyChange(cluster.spec, wanted), tx);
    });
    return seen(room, changed);
  },
});

export const deleteGroupFlexCluster = operation<
  ClusterRoom,
  unknown,
  void,
  FlexNotFound | (typeof REFUSED_DELETION)[number]
>({
  id: 'deleteGroupFlexCluster',
  route: 'DELETE /groups/{groupId}/flexClusters/{name}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...FLEX_NOT_FOUND, ...REFUSED_DELETION],
  versions: { '2024-11-13': { status: 204 } },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      await retire(room, await findFlex(room, group, path.name!, fail, tx), { note, fail }, tx);
    }),
});

export const flexOperations = [
  listGroupFlexClusters,
  getGroupFlexCluster,
  createGroupFlexCluster,
  updateGroupFlexCluster,
  deleteGroupFlexCluster,
];
