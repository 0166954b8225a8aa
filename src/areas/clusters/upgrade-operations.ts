import { type Tx, transact } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Fail } from '../../kernel/failure.ts';
import { type Call, type GroupPlace, operation } from '../../kernel/operation.ts';
import { applyChange } from './change.ts';
import { type SeenFlex, seen, shown } from './flex-operations.ts';
import { WRONG_SPEC } from './lifecycle.ts';
import { type Cluster, isTenant } from './model.ts';
import { type ClusterRoom, one, refuse } from './room.ts';
import { wrongSpec } from './rules.ts';
import { readCluster, UpdateCluster, type WantedCluster } from './wire.ts';
import {
  ClusterReply20230101,
  readCluster20230101,
  UpdateCluster20230101,
  writeCluster20230101,
} from './wire-2023-01-01.ts';
import type { SeenCluster } from './wire-reply.ts';

const UPGRADE_FAILS = [
  'CLUSTER_NOT_FOUND',
  ...WRONG_SPEC,
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
] as const;
type UpgradeFails = (typeof UPGRADE_FAILS)[number];

/** A tenant becomes a cluster of its own: the member that holds the data is joined by others, or only gets bigger. */
async function upgrade(
  room: ClusterRoom,
  group: GroupPlace,
  { name, change, refused }: WantedCluster,
  fail: Fail<UpgradeFails>,
  tx: Tx,
): Promise<Cluster> {
  if (!name) throw fail('MISSING_ATTRIBUTE', 'name');
  const cluster = await room.clusters.find(group.id, name, tx);
  if (!cluster) throw fail('CLUSTER_NOT_FOUND', name, group.id);
  if (cluster.deleting) throw fail('CLUSTER_ALREADY_REQUESTED_DELETION', name);
  if (refused) throw fail('VALIDATION_ERROR', refused);
  if (!isTenant(cluster)) throw fail('VALIDATION_ERROR', `cluster ${name} is neither M0 nor Flex`);
  if (!change.regions?.length) throw fail('MISSING_ATTRIBUTE', 'replicationSpecs');
  if (await room.imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
  const spec = applyChange({ ...cluster.spec, regionConfigs: [] }, change);
  refuse(fail as Fail<ErrorCode>, wrongSpec(spec, room));
  return room.clusters.change(cluster, spec, tx, { kind: 'CLUSTER' });
}

const upgraded = (
  { group, wanted, note, fail }: Call<WantedCluster, UpgradeFails>,
  room: ClusterRoom,
): Promise<Cluster> =>
  transact(room.state, async (tx) => {
    const cluster = await upgrade(room, group, wanted, fail, tx);
    await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: cluster.name }, tx);
    return cluster;
  });

export const tenantGroupFlexClusterUpgrade = operation<ClusterRoom, WantedCluster, SeenFlex, UpgradeFails>({
  id: 'tenantGroupFlexClusterUpgrade',
  route: 'POST /groups/{groupId}/flexClusters:tenantUpgrade',
  inside: 'group',
  roles: ['GROUP_CLUSTER_MANAGER'],
  fails: UPGRADE_FAILS,
  versions: { '2024-11-13': { ...shown, body: UpdateCluster, read: readCluster } },
  run: async (call, room) => seen(room, await upgraded(call, room)),
});

export const upgradeGroupClusterTenantUpgrade = operation<ClusterRoom, WantedCluster, SeenCluster, UpgradeFails>({
  id: 'upgradeGroupClusterTenantUpgrade',
  route: 'POST /groups/{groupId}/clusters/tenantUpgrade',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_MANAGER'],
  fails: UPGRADE_FAILS,
  versions: {
    '2023-01-01': {
      ...{ reply: ClusterReply20230101, status: 200, write: writeCluster20230101 },
      body: UpdateCluster20230101,
      read: readCluster20230101,
    },
  },
  run: async (call, room) => one(room, await upgraded(call, room)),
});

export const upgradeOperations = [tenantGroupFlexClusterUpgrade, upgradeGroupClusterTenantUpgrade];
