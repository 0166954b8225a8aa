import { isDuplicateKey } from '../../base/driver-errors.ts';
import { newId, newSecret } from '../../base/ids.ts';
import type { Tx } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Fail } from '../../kernel/failure.ts';
import type { Call, GroupPlace } from '../../kernel/operation.ts';
import { applyChange, type ClusterChange } from './change.ts';
import { type Cluster, type ClusterKind, type ClusterSpec, defaultSettings, isClusterName } from './model.ts';
import { type ClusterRoom, findCluster, NOT_FOUND, refuse } from './room.ts';
import { wrongChange, wrongSpec } from './rules.ts';
import type { WantedCluster } from './wire.ts';

export const WRONG_SPEC = [
  'VALIDATION_ERROR',
  'INVALID_MONGODB_VERSION_CONFIG',
  'MISSING_ATTRIBUTE',
  'INVALID_PROVIDER',
  'INVALID_REGION',
  'INVALID_ENUM_VALUE',
  'COMPUTE_AUTO_SCALING_MAX_INSTANCE_SIZE_REQUIRED',
  'COMPUTE_AUTO_SCALING_MIN_INSTANCE_SIZE_REQUIRED',
  'COMPUTE_AUTO_SCALING_INSTANCE_SIZE_RANGE_INVALID',
] as const;
export const WRONG_NEW = [
  ...WRONG_SPEC,
  'CLUSTER_NAME_INVALID',
  'CANNOT_CREATE_PAUSED_CLUSTER',
  'DUPLICATE_CLUSTER_NAME',
] as const;

export const WRONG_CHANGE = [
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

export const REFUSED_DELETION = [
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
  'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
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

/** Throws what refuses a cluster that is to be made. */
export function checkNew(
  room: ClusterRoom,
  name: string,
  { change, refused }: Pick<WantedCluster, 'change' | 'refused'>,
  fail: Fail<(typeof WRONG_NEW)[number]>,
): void {
  if (!isClusterName(name)) throw fail('CLUSTER_NAME_INVALID', name);
  if (refused) throw fail('VALIDATION_ERROR', refused);
  if (change.paused) throw fail('CANNOT_CREATE_PAUSED_CLUSTER', name);
  refuse(fail as Fail<ErrorCode>, wrongSpec(applyChange(emptySpec, change), room));
}

/** What a cluster would become; throws what refuses it. */
export function changedSpec(
  room: ClusterRoom,
  { name, spec: before, ...cluster }: Cluster,
  { name: newName = name, change, refused }: WantedCluster,
  fail: Fail<WrongChange>,
): ClusterSpec {
  if (refused) throw fail('VALIDATION_ERROR', refused);
  if (newName !== name) throw fail('CLUSTER_CANNOT_CHANGE_NAME');
  const given = Object.entries(change).filter(([key, it]) => it !== undefined && key !== 'settings');
  if (before.paused && change.paused && given.length === 1) throw fail('CLUSTER_ALREADY_PAUSED');
  const spec = applyChange(before, change);
  refuse(fail as Fail<ErrorCode>, wrongChange({ ...cluster, name, spec: before }, spec, room));
  return spec;
}

/** Makes a cluster of either kind; throws what refuses it. */
export async function makeCluster(
  room: ClusterRoom,
  { group, note, fail }: Pick<Call<unknown, (typeof WRONG_NEW)[number]>, 'group' | 'note' | 'fail'>,
  kind: ClusterKind,
  name: string,
  wanted: Pick<WantedCluster, 'change' | 'refused'>,
): Promise<Cluster> {
  checkNew(room, name, wanted, fail);
  const cluster = newCluster(room, group, kind, name, wanted.change);
  try {
    await room.projects.within(group.id, async (tx, held) => {
      const most = held.limit('atlas.project.deployment.clusters');
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
