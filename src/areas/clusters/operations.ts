import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import { newId, newSecret } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import { type Cluster, isClusterName, sameLayout, wrongRegions } from './model.ts';
import { uriOf } from './questions.ts';
import type { ClusterStore } from './store.ts';
import {
  ClusterReply,
  CreateCluster,
  readCluster,
  type SeenCluster,
  UpdateCluster,
  type WantedCluster,
  writeCluster,
} from './wire.ts';
import {
  CreateCluster20230201,
  readCluster20230201,
  UpdateCluster20230201,
  writeCluster20230201,
} from './wire-2023-02-01.ts';

export interface ClusterRoom {
  state: State;
  vault: Vault;
  clusters: ClusterStore;
  projects: { hold(groupId: string, tx: Tx): Promise<void> };
  grants: { of(clusterIds: readonly string[]): Promise<Map<string, { grantType: string; expirationTime: Date }>> };
  imports: { isRunningInto(clusterId: string, tx?: Tx): Promise<boolean> };
  /** The version of mongod that clusters run, e.g. 6.0.5. */
  version: string;
  clock: Clock;
}

async function seen({ grants }: ClusterRoom, clusters: readonly Cluster[]): Promise<SeenCluster[]> {
  const granted = await grants.of(clusters.map((it) => it._id));
  return clusters.map((cluster) => ({
    cluster,
    grant: granted.get(cluster._id),
    standard: cluster.status.state !== 'CREATING' ? uriOf(cluster) : undefined,
  }));
}
const one = async (room: ClusterRoom, cluster: Cluster): Promise<SeenCluster> => (await seen(room, [cluster]))[0]!;

const shown20230201 = { reply: ClusterReply, status: 200, write: writeCluster20230201 };
const shown = { reply: ClusterReply, status: 200, write: writeCluster };

export const listGroupClusters = operation<ClusterRoom, unknown, Page<SeenCluster>>({
  id: 'listGroupClusters',
  route: 'GET /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-02-01': shown20230201, '2024-08-05': shown },
  async run({ group, paging }, room) {
    const { items, total } = await room.clusters.list(group.id, paging);
    return { items: await seen(room, items), total };
  },
});

export const getGroupCluster = operation<ClusterRoom, unknown, SeenCluster, 'CLUSTER_NOT_FOUND'>({
  id: 'getGroupCluster',
  route: 'GET /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: ['CLUSTER_NOT_FOUND'],
  versions: { '2023-02-01': shown20230201, '2024-08-05': shown },
  async run({ group, path, fail }, room) {
    const cluster = await room.clusters.find(group.id, path.clusterName!);
    if (!cluster) throw fail('CLUSTER_NOT_FOUND', path.clusterName!, group.id);
    return one(room, cluster);
  },
});

/** A deletion is answered with an empty object. */
const gone = { reply: Type.Object({}), write: () => ({}), status: 202 };

/** Why the wanted version or regions cannot be had; undefined when they can. */
function wrong({ refused, regionConfigs, mongoDBMajorVersion }: WantedCluster, version: string): string | undefined {
  if (refused) return refused;
  if (mongoDBMajorVersion && !version.startsWith(`${mongoDBMajorVersion}.`))
    return `mongoDBMajorVersion ${mongoDBMajorVersion} is not available: this server runs MongoDB ${version}`;
  return regionConfigs && wrongRegions(regionConfigs);
}

export const createGroupCluster = operation<
  ClusterRoom,
  WantedCluster,
  SeenCluster,
  'CLUSTER_NAME_INVALID' | 'VALIDATION_ERROR' | 'DUPLICATE_CLUSTER_NAME'
>({
  id: 'createGroupCluster',
  route: 'POST /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_CREATOR'],
  fails: ['CLUSTER_NAME_INVALID', 'VALIDATION_ERROR', 'DUPLICATE_CLUSTER_NAME'],
  versions: {
    '2023-02-01': { ...shown20230201, body: CreateCluster20230201, read: readCluster20230201, status: 201 },
    '2024-08-05': { ...shown, body: CreateCluster, read: readCluster, status: 201 },
    '2024-10-23': { ...shown, body: CreateCluster, read: readCluster, status: 201 },
  },
  async run({ group, wanted, note, fail }, room) {
    const { state, vault, clusters, projects, version, clock } = room;
    const { name = '', refused, ...spec } = wanted;
    if (!isClusterName(name)) throw fail('CLUSTER_NAME_INVALID', name);
    const why = wrong(wanted, version);
    if (why) throw fail('VALIDATION_ERROR', why);
    const _id = newId();
    const cluster: Cluster = {
      _id,
      groupId: group.id,
      orgId: group.orgId,
      name,
      created: clock.now(),
      replicationSpecId: newId(),
      zoneId: newId(),
      spec: {
        zoneName: 'Zone 1',
        regionConfigs: [],
        terminationProtectionEnabled: false,
        tags: [],
        labels: [],
        ...spec,
      },
      status: { state: 'CREATING', members: [], mongoDBVersion: version },
      sealed: {
        keyFile: vault.seal(Buffer.from(newSecret(96), 'base64url').toString('base64'), _id),
        adminPassword: vault.seal(newSecret(), _id),
      },
      held: 0,
    };
    try {
      await transact(state, async (tx) => {
        await projects.hold(group.id, tx);
        await clusters.insert(cluster, tx);
        await note({ type: 'CLUSTER_CREATED', clusterName: name }, tx);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('DUPLICATE_CLUSTER_NAME', name, group.id);
      throw error;
    }
    return { cluster };
  },
});

export const updateGroupCluster = operation<
  ClusterRoom,
  WantedCluster,
  SeenCluster,
  | 'CLUSTER_NOT_FOUND'
  | 'VALIDATION_ERROR'
  | 'CLUSTER_CANNOT_CHANGE_NAME'
  | 'CLUSTER_ALREADY_REQUESTED_DELETION'
  | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
>({
  id: 'updateGroupCluster',
  route: 'PATCH /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_MANAGER', 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'],
  fails: [
    'CLUSTER_NOT_FOUND',
    'VALIDATION_ERROR',
    'CLUSTER_CANNOT_CHANGE_NAME',
    'CLUSTER_ALREADY_REQUESTED_DELETION',
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  ],
  versions: {
    '2023-02-01': { ...shown20230201, body: UpdateCluster20230201, read: readCluster20230201 },
    '2024-08-05': { ...shown, body: UpdateCluster, read: readCluster },
    '2024-10-23': { ...shown, body: UpdateCluster, read: readCluster },
  },
  async run({ group, path, wanted, note, fail }, room) {
    const { state, clusters, imports, version } = room;
    const name = path.clusterName!;
    const { name: newName = name, refused, ...change } = wanted;
    const why = wrong(wanted, version);
    const changed = await transact(state, async (tx) => {
      const cluster = await clusters.find(group.id, name, tx);
      if (!cluster) throw fail('CLUSTER_NOT_FOUND', name, group.id);
      if (cluster.deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', name);
      if (why) throw fail('VALIDATION_ERROR', why);
      if (newName !== name) throw fail('CLUSTER_CANNOT_CHANGE_NAME');
      if (change.regionConfigs && !sameLayout(change.regionConfigs, cluster.spec.regionConfigs))
        throw fail('VALIDATION_ERROR', 'replicationSpecs: nodes and regions of a cluster are fixed when it is created');
      if (await imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      return (await clusters.update(cluster._id, change, tx)) ?? cluster;
    });
    return one(room, changed);
  },
});

export const deleteGroupCluster = operation<
  ClusterRoom,
  unknown,
  object,
  | 'CLUSTER_NOT_FOUND'
  | 'CLUSTER_ALREADY_REQUESTED_DELETION'
  | 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED'
  | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
>({
  id: 'deleteGroupCluster',
  route: 'DELETE /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: [
    'CLUSTER_NOT_FOUND',
    'CLUSTER_ALREADY_REQUESTED_DELETION',
    'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  ],
  versions: {
    '2023-01-01': gone,
    '2023-02-01': gone,
  },
  run: ({ group, path, note, fail }, { state, clusters, imports }) =>
    transact(state, async (tx) => {
      const name = path.clusterName!;
      const cluster = await clusters.find(group.id, name, tx);
      if (!cluster) throw fail('CLUSTER_NOT_FOUND', name, group.id);
      if (cluster.deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', name);
      if (cluster.spec.terminationProtectionEnabled)
        throw fail(
          'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
          `Cannot terminate cluster ${name} in group ${group.id} because termination protection is enabled. Disable termination protection and try again.`,
        );
      if (await imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      await clusters.markDeleting(cluster._id, tx);
      await note({ type: 'CLUSTER_DELETE_SUBMITTED', clusterName: name }, tx);
      return {};
    }),
});

export const clusterOperations = [
  listGroupClusters,
  getGroupCluster,
  createGroupCluster,
  updateGroupCluster,
  deleteGroupCluster,
];
