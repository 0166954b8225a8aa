import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import { newId, newSecret } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Fail } from '../../kernel/failure.ts';
import { type Call, type GroupPlace, operation, type Page } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { applyChange, type ClusterChange } from './change.ts';
import { type Cluster, type ClusterKind, type ClusterSpec, defaultSettings, isClusterName } from './model.ts';
import { stringsOf } from './questions.ts';
import { type Refusal, type Versions, wrongChange, wrongSpec } from './rules.ts';
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
  CreateCluster20230101,
  readCluster20230101,
  UpdateCluster20230101,
  writeCluster20230101,
} from './wire-2023-01-01.ts';
import {
  CreateCluster20230201,
  readCluster20230201,
  UpdateCluster20230201,
  writeCluster20230201,
} from './wire-2023-02-01.ts';

export interface ClusterRoom extends Versions {
  /** The certificate of the authority that clusters with TLS are signed by. */
  caFile?: string;
  state: State;
  vault: Vault;
  clusters: ClusterStore;
  projects: Pick<ProjectQuestions, 'hold' | 'limit' | 'visibleTo'>;
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

async function seen(room: ClusterRoom, found: readonly Cluster[]): Promise<SeenCluster[]> {
  const [granted, clusters] = await Promise.all([room.grants.of(found.map((it) => it._id)), withUsers(room, found)]);
  return clusters.map((cluster) => ({
    cluster,
    grant: granted.get(cluster._id),
    connectionStrings: stringsOf(cluster, room.vault),
  }));
}
export const one = async (room: ClusterRoom, cluster: Cluster): Promise<SeenCluster> =>
  (await seen(room, [cluster]))[0]!;

export const refuse = (fail: Fail<ErrorCode>, refusal: Refusal | undefined): void => {
  if (refusal) throw fail(...(refusal as [ErrorCode, ...string[]]));
};

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

export const MANAGERS = ['GROUP_CLUSTER_MANAGER'] as const;
const UPDATERS = [...MANAGERS, 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'] as const;
export const NOT_FOUND = ['CLUSTER_NOT_FOUND', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'] as const;
const SUNSET = '2027-07-01';
const shown20230101 = {
  ...{ reply: ClusterReply, status: 200, write: writeCluster20230101 },
  deprecated: { by: '2023-02-01', sunset: SUNSET } as const,
};
const shown20230201 = {
  ...{ reply: ClusterReply, status: 200, write: writeCluster20230201 },
  deprecated: { by: '2024-08-05', sunset: SUNSET } as const,
};
const shown = { reply: ClusterReply, status: 200, write: writeCluster };
const changed20240805 = { ...shown, deprecated: { by: '2024-10-23', sunset: '2027-03-01' } as const };
const shownVersions = { '2023-01-01': shown20230101, '2023-02-01': shown20230201, '2024-08-05': shown };

export const listGroupClusters = operation<ClusterRoom, unknown, Page<SeenCluster>>({
  id: 'listGroupClusters',
  route: 'GET /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  query: { includeDeletedWithRetainedBackups: Type.Boolean() },
  list: 'page',
  versions: shownVersions,
  async run({ group, paging }, room) {
    const { items, total } = await room.clusters.list(group.id, 'CLUSTER', paging);
    return { items: await seen(room, items), total };
  },
});

export const getGroupCluster = operation<ClusterRoom, unknown, SeenCluster, (typeof NOT_FOUND)[number]>({
  id: 'getGroupCluster',
  route: 'GET /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: NOT_FOUND,
  versions: shownVersions,
  run: async ({ group, path, fail }, room) => one(room, await findCluster(room, group, path.clusterName!, fail)),
});

export const WRONG_SPEC = [
  'VALIDATION_ERROR',
  'INVALID_MONGODB_VERSION_CONFIG',
  'MISSING_ATTRIBUTE',
  'INVALID_PROVIDER',
  'INVALID_REGION',
  'INVALID_ENUM_VALUE',
] as const;
export const WRONG_NEW = [
  ...WRONG_SPEC,
  'CLUSTER_NAME_INVALID',
  'CANNOT_CREATE_PAUSED_CLUSTER',
  'DUPLICATE_CLUSTER_NAME',
] as const;

const emptySpec: ClusterSpec = {
  zoneName: 'Zone 1',
  regionConfigs: [],
  paused: false,
  terminationProtectionEnabled: false,
  labels: [],
  settings: defaultSettings,
  processArgs: {},
  failovers: 0,
};

/** Makes a cluster of either kind; throws what refuses it. */
export async function makeCluster(
  room: ClusterRoom,
  { group, note, fail }: Pick<Call<unknown, (typeof WRONG_NEW)[number]>, 'group' | 'note' | 'fail'>,
  kind: ClusterKind,
  name: string,
  change: ClusterChange,
): Promise<Cluster> {
  if (!isClusterName(name)) throw fail('CLUSTER_NAME_INVALID', name);
  if (change.paused) throw fail('CANNOT_CREATE_PAUSED_CLUSTER', name);
  const spec = applyChange(emptySpec, change);
  refuse(fail as Fail<ErrorCode>, wrongSpec(spec, room));
  const cluster = newCluster(room, group, kind, name, change);
  try {
    await transact(room.state, async (tx) => {
      await room.projects.hold(group.id, tx);
      const most = await room.projects.limit(group.id, 'atlas.project.deployment.clusters', tx);
      if (((await room.clusters.countsIn([group.id], tx)).get(group.id) ?? 0) >= most)
        throw (fail as Fail<ErrorCode>)('VALIDATION_ERROR', `the project may have at most ${most} clusters`);
      await room.clusters.insert(cluster, tx);
      await note({ type: 'CLUSTER_CREATED', clusterName: name }, tx);
    });
  } catch (error) {
    if (isDuplicateKey(error)) throw fail('DUPLICATE_CLUSTER_NAME', name, group.id);
    throw error;
  }
  return cluster;
}

/** A cluster that is not yet anywhere, with its secrets. */
export function newCluster(
  { vault, clock, version }: Pick<ClusterRoom, 'vault' | 'clock' | 'version'>,
  group: GroupPlace,
  kind: ClusterKind,
  name: string,
  change: ClusterChange,
): Cluster {
  const _id = newId();
  const spec = applyChange(emptySpec, change);
  return {
    ...{ _id, groupId: group.id, orgId: group.orgId, name, kind, spec },
    created: clock.now(),
    replicationSpecId: newId(),
    legacySpecId: newId(),
    zoneId: newId(),
    revision: 1,
    status: { state: 'CREATING', members: [], revision: 0, failovers: 0, mongoDBVersion: version },
    sealed: {
      keyFile: vault.seal(Buffer.from(newSecret(96), 'base64url').toString('base64'), _id),
      adminPassword: vault.seal(newSecret(), _id),
    },
    held: 0,
  };
}

export const createGroupCluster = operation<ClusterRoom, WantedCluster, SeenCluster, (typeof WRONG_NEW)[number]>({
  id: 'createGroupCluster',
  route: 'POST /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_CREATOR'],
  fails: WRONG_NEW,
  versions: {
    '2023-01-01': { ...shown20230101, body: CreateCluster20230101, read: readCluster20230101, status: 201 },
    '2023-02-01': { ...shown20230201, body: CreateCluster20230201, read: readCluster20230201, status: 201 },
    '2024-08-05': { ...changed20240805, body: CreateCluster, read: readCluster, status: 201 },
    '2024-10-23': { ...shown, body: CreateCluster, read: readCluster, status: 201 },
  },
  async run({ group, wanted, note, fail }, room) {
    const { name = '', change, refused } = wanted;
    if (!isClusterName(name)) throw fail('CLUSTER_NAME_INVALID', name);
    if (refused) throw fail('VALIDATION_ERROR', refused);
    const cluster = await makeCluster(room, { group, note, fail }, 'CLUSTER', name, change);
    return { ...(await one(room, cluster)), isNew: true };
  },
});

const WRONG_CHANGE = [
  ...NOT_FOUND,
  ...WRONG_SPEC,
  'CLUSTER_CANNOT_CHANGE_NAME',
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  'TENANT_CLUSTER_UPDATE_UNSUPPORTED',
  'CLUSTER_ALREADY_PAUSED',
  'CANNOT_UPDATE_PAUSED_CLUSTER',
  'CANNOT_UPDATE_AND_PAUSE_CLUSTER',
  'CANNOT_PAUSE_CLUSTER_WITH_PENDING_CHANGES',
] as const;
export type WrongChange = (typeof WRONG_CHANGE)[number];

/** A cluster that is there, stays, and is nobody's destination at this moment. */
export async function changeable(
  { clusters, imports }: Pick<ClusterRoom, 'clusters' | 'imports'>,
  group: GroupPlace,
  name: string,
  fail: Fail<
    (typeof NOT_FOUND)[number] | 'CLUSTER_ALREADY_REQUESTED_DELETION' | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
  >,
  tx: Tx,
): Promise<Cluster> {
  const cluster = await findCluster({ clusters }, group, name, fail, tx);
  if (cluster.deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', name);
  if (await imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
  return cluster;
}

export const updateGroupCluster = operation<ClusterRoom, WantedCluster, SeenCluster, WrongChange>({
  id: 'updateGroupCluster',
  route: 'PATCH /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: UPDATERS,
  fails: WRONG_CHANGE,
  versions: {
    '2023-01-01': { ...shown20230101, body: UpdateCluster20230101, read: readCluster20230101 },
    '2023-02-01': { ...shown20230201, body: UpdateCluster20230201, read: readCluster20230201 },
    '2024-08-05': { ...changed20240805, body: UpdateCluster, read: readCluster },
    '2024-10-23': { ...shown, body: UpdateCluster, read: readCluster },
  },
  async run({ group, path, wanted, note, fail }, room) {
    const name = path.clusterName!;
    const { name: newName = name, change, refused } = wanted;
    const changed = await transact(room.state, async (tx) => {
      const cluster = await changeable(room, group, name, fail, tx);
      if (refused) throw fail('VALIDATION_ERROR', refused);
      if (newName !== name) throw fail('CLUSTER_CANNOT_CHANGE_NAME');
      const given = Object.entries(change).filter(([key, it]) => it !== undefined && key !== 'settings');
      if (cluster.spec.paused && change.paused && given.length === 1) throw fail('CLUSTER_ALREADY_PAUSED');
      const spec = applyChange(cluster.spec, change);
      refuse(fail as Fail<ErrorCode>, wrongChange(cluster, spec, room));
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      return room.clusters.change(cluster, spec, tx);
    });
    return one(room, changed);
  },
});

export const REFUSED_DELETION = [
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
  'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
] as const;

/** Marks a cluster of either kind for its end; throws what forbids it. */
export async function retire(
  { clusters, imports }: Pick<ClusterRoom, 'clusters' | 'imports'>,
  { _id, name, groupId, deleting, spec }: Cluster,
  { note, fail }: Pick<Call<unknown, (typeof REFUSED_DELETION)[number]>, 'note' | 'fail'>,
  tx: Tx,
): Promise<void> {
  if (deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', name);
  if (spec.terminationProtectionEnabled)
    throw fail(
      'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
      `Cannot terminate cluster ${name} in group ${groupId} because termination protection is enabled. Disable termination protection and try again.`,
    );
  if (await imports.isRunningInto(_id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
  await clusters.markDeleting(_id, tx);
  await note({ type: 'CLUSTER_DELETE_SUBMITTED', clusterName: name }, tx);
}

/** A deletion is answered with an empty object. */
const gone = { reply: Type.Object({}), write: () => ({}), status: 202 };

export const deleteGroupCluster = operation<
  ClusterRoom,
  unknown,
  object,
  (typeof NOT_FOUND | typeof REFUSED_DELETION)[number]
>({
  id: 'deleteGroupCluster',
  route: 'DELETE /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: [...NOT_FOUND, ...REFUSED_DELETION],
  // There are no snapshots that could be retained.
  query: { retainBackups: Type.Boolean() },
  versions: {
    '2023-01-01': { ...gone, deprecated: { by: '2023-02-01', sunset: SUNSET } },
    '2023-02-01': gone,
  },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      await retire(room, await findCluster(room, group, path.clusterName!, fail, tx), { note, fail }, tx);
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
