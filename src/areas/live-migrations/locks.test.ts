// What a live migration keeps from being done to its destination, held over all operations that name a cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestAnswer } from '../../../testing/caller.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { deployment, link, progress, request } from '../../../testing/link.ts';
import { newCluster, newProject, replicaSet } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';

const { open } = harness();

type Try = (house: TestHouse, group: string, name: string) => Promise<TestAnswer>;

const index = { db: 'd', collection: 'c', keys: [{ a: 1 }] };
const flexAccept = { accept: 'application/vnd.atlas.2024-11-13+json' };
const regionConfigs = replicaSet('x', 3).replicationSpecs;
const older = { accept: 'application/vnd.atlas.2023-01-01+json' };

/** Refused while a live migration runs into the cluster. */
const locked: Record<string, Try> = {
  updateGroupCluster: ({ api }, group, name) => api('PATCH', `${group}/clusters/${name}`, { paused: true }),
  deleteGroupCluster: ({ api }, group, name) => api('DELETE', `${group}/clusters/${name}`),
  updateGroupClusterProcessArgs: ({ api }, group, name) =>
    api('PATCH', `${group}/clusters/${name}/processArgs`, { noTableScan: true }),
  pinGroupClusterFeatureCompatibilityVersion: ({ api }, group, name) =>
    api('POST', `${group}/clusters/${name}:pinFeatureCompatibilityVersion`, {}),
  unpinGroupClusterFeatureCompatibilityVersion: ({ api }, group, name) =>
    api('POST', `${group}/clusters/${name}:unpinFeatureCompatibilityVersion`),
  restartGroupClusterPrimaries: ({ api }, group, name) => api('POST', `${group}/clusters/${name}/restartPrimaries`),
  requestGroupSampleDatasetLoad: ({ api }, group, name) => api('POST', `${group}/sampleDatasetLoad/${name}`),
  createGroupClusterIndexRollingIndex: ({ api }, group, name) => api('POST', `${group}/clusters/${name}/index`, index),
};

/** As above, of those that are for Flex clusters alone. */
const lockedFlex: Record<string, Try> = {
  updateGroupFlexCluster: ({ api }, group, name) =>
    api('PATCH', `${group}/flexClusters/${name}`, { terminationProtectionEnabled: true }, flexAccept),
  deleteGroupFlexCluster: ({ api }, group, name) =>
    api('DELETE', `${group}/flexClusters/${name}`, undefined, flexAccept),
  tenantGroupFlexClusterUpgrade: ({ api }, group, name) =>
    api('POST', `${group}/flexClusters:tenantUpgrade`, { name, replicationSpecs: regionConfigs }, flexAccept),
  upgradeGroupClusterTenantUpgrade: ({ api }, group, name) =>
    api(
      'POST',
      `${group}/clusters/tenantUpgrade`,
      { name, providerSettings: { providerName: 'AWS', instanceSizeName: 'M10', regionName: 'US_EAST_1' } },
      older,
    ),
};

/** Left alone, and why. */
const free: Record<string, string> = {
  createGroupCluster: 'makes another cluster',
  createGroupFlexCluster: 'makes another cluster',
  registerCluster: 'makes another cluster',
  grantGroupClusterMongoDbEmployeeAccess: 'says who may look, and changes nothing of the cluster',
  revokeGroupClusterMongoDbEmployeeAccess: 'must always work',
  validateGroupClusterConfigurations: 'says what would be refused, and changes nothing',
  createGroupClusterGlobalWriteCustomZoneMapping: 'always refused',
  createGroupClusterGlobalWriteManagedNamespace: 'always refused',
  deleteGroupClusterGlobalWriteManagedNamespaces: 'always refused',
  deleteGroupClusterGlobalWriteCustomZoneMapping: 'there is never one, and nothing changes',
  openStaffSession: 'looks, and changes nothing of the cluster',
  runStaffCommand: 'looks, and changes nothing of the cluster',
  restartStaffMember: 'needs a member of staff and of the cluster: held in employee-access/matrix.test.ts',
};

test('every operation that would change the destination is refused while a live migration runs into it, and only then', async () => {
  const house = await open();
  const { state } = house;
  const groupId = await newProject(house);
  const group = `/groups/${groupId}`;
  await house.api('POST', `${group}/clusters`, replicaSet('target', 1));
  const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
  await house.api('POST', `${group}/flexClusters`, { name: 'flex', providerSettings }, flexAccept);
  const jobs = state.db.collection('migrationJobs');
  for (const [name, table] of [
    ['target', locked],
    ['flex', lockedFlex],
  ] as const) {
    const seen = () => state.db.collection('clusters').findOne({ name }, { projection: { held: 0 } });
    const before = await seen();
    assert.ok(before);
    await jobs.insertOne({ clusterId: String(before._id), groupId, active: true, status: 'WORKING' });
    for (const [id, call] of Object.entries(table)) {
      const { status, body } = await call(house, group, name);
      assert.deepEqual(
        [status, body?.errorCode],
        [409, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'],
        `${id}: ${JSON.stringify(body)}`,
      );
    }
    assert.deepEqual(await seen(), before);
    await jobs.updateMany({}, { $set: { status: 'COMPLETE' }, $unset: { active: '' } });
    for (const [id, call] of Object.entries(table)) {
      const { body } = await call(house, group, name);
      assert.notEqual(body?.errorCode, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT', id);
    }
  }
});

test('no operation that names a cluster is forgotten above', async () => {
  const { operations } = await open();
  const about = operations.filter(
    (it) => !it.route.startsWith('GET ') && /\/groups\/.*(luster|ampleDataset)|\/staff\/clusters/.test(it.route),
  );
  const told = [...Object.keys(locked), ...Object.keys(lockedFlex), ...Object.keys(free)];
  assert.deepEqual(about.map((it) => it.id).sort(), told.sort());
});

test('several at once: two deployments of one agent into two clusters; one deployment gives to one cluster at a time', async () => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  for (const name of ['target', 'other', 'third']) await newCluster(house, groupId, name);
  const base = `/groups/${groupId}/liveMigrations`;
  const first = await link(house);
  const { projectId } = (await first.introduce({ deployments: [deployment('shop'), deployment('stock')] })).body;
  const second = await link(house);
  const elsewhere = (await second.introduce({ instanceId: 'a', host: 'host1' })).body.projectId;
  const start = (source: string, name: string, from = projectId) => {
    const body = request(groupId, from, { source: { clusterName: source }, destination: { clusterName: name } });
    return house.api('POST', base, body);
  };
  const one = await start('shop', 'target');
  const two = await start('stock', 'other');
  const three = await start('shop', 'third', elsewhere);
  assert.deepEqual(
    [one.status, two.status, three.status],
    [201, 201, 201],
    JSON.stringify([one.body, two.body, three.body]),
  );
  const { body } = await until(first.poll, (it) => it.body.jobs.length === 2);
  const orders = body.jobs as { id: string; deployment: string }[];
  assert.deepEqual(orders.map((it) => [it.deployment, it.id]).sort(), [
    ['shop', one.body._id],
    ['stock', two.body._id],
  ]);
  await first.report({ jobId: one.body._id, progress: progress() });
  assert.equal((await house.api('PUT', `${base}/${one.body._id}/cutover`)).status, 202);
  await first.report({ jobId: one.body._id, done: {} });
  const statusOf = async (id: string) => (await house.api('GET', `${base}/${id}`)).body.status;
  assert.deepEqual([await statusOf(one.body._id), await statusOf(two.body._id)], ['COMPLETE', 'WORKING']);
  const again = await start('stock', 'target');
  assert.match(again.body.detail, /source\.clusterName names a deployment of which another live migration is running/);
  const into = await start('shop', 'other');
  assert.match(into.body.detail, /destination\.clusterName names a cluster into which a live migration is running/);
  assert.equal((await start('shop', 'target')).status, 201, 'both are free again');
});
