import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv } from 'ajv';
import { type OpenClusterRoom, openClusterRoom, wantedCluster } from '../../../testing/clusters/fixture.ts';
import { newId } from '../../base/ids.ts';
import { transact } from '../../base/state.ts';
import { slotsOf } from './layout.ts';
import { CreateCluster, UpdateCluster } from './wire.ts';

// No control plane runs here: a cluster stays as its operations wrote it.
let room: OpenClusterRoom;
before(async () => {
  room = await openClusterRoom();
});
after(() => room.close());

const create = (body: object) => room.ask('createGroupCluster', {}, body);
const change = (clusterName: string, body: object) => room.ask('updateGroupCluster', { clusterName }, body);
const remove = (clusterName: string) => room.ask('deleteGroupCluster', { clusterName });
const refused = (call: Promise<unknown>, code: string, words?: RegExp) =>
  assert.rejects(call, (error: { code: string; parameters?: unknown[] }) => {
    assert.equal(error.code, code);
    if (words) assert.match(JSON.stringify(error), words);
    return true;
  });

test('what a client reads it may send back; what nobody knows is refused', async () => {
  const made = await create(wantedCluster('back', 3, { tags: [{ key: 'a', value: 'b' }] }));
  const ajv = new Ajv({ strict: false });
  const update = ajv.compile<object>(UpdateCluster);
  assert.ok(update(made), JSON.stringify(update.errors));
  assert.equal(update({ nobodyKnows: 1 }), false);
  assert.equal(ajv.validate(CreateCluster, { ...wantedCluster('x', 3), nobodyKnows: 1 }), false);
  const again = await change('back', made);
  assert.deepEqual(again, made);
});

test('a new cluster as it is shown: real where this host knows, nothing of its secrets', async () => {
  await create(wantedCluster('shown', 3));
  const seen = await room.ask('getGroupCluster', { clusterName: 'shown' });
  assert.equal(seen.stateName, 'CREATING');
  assert.deepEqual(seen.connectionStrings, {});
  assert.equal(seen.mongoDBVersion, room.mongod.version);
  assert.equal(seen.replicationSpecs[0].regionConfigs[0].electableSpecs.nodeCount, 3);
  assert.equal(seen.mongoDBEmployeeAccessGrant, undefined);
  assert.doesNotMatch(JSON.stringify(seen), /sealed|keyFile|adminPassword|v1\./);
  room.grants.set(seen.id, { grantType: 'CLUSTER_DATABASE_LOGS', expirationTime: new Date('2031-01-02T03:04:05Z') });
  const granted = await room.ask('getGroupCluster', { clusterName: 'shown' });
  assert.deepEqual(granted.mongoDBEmployeeAccessGrant, {
    grantType: 'CLUSTER_DATABASE_LOGS',
    expirationTime: '2031-01-02T03:04:05Z',
  });
  const [slot] = slotsOf((await room.store.byId(seen.id))!.spec);
  await room.store.setMembers(seen.id, [{ ...slot!, name: 'shown-0', port: 27999 }], room.provider.home);
  await transact(room.state, (tx) => room.store.reached(seen.id, 1, {}, tx));
  const { connectionStrings } = await room.ask('getGroupCluster', { clusterName: 'shown' });
  assert.match(
    connectionStrings.standard,
    /^mongodb:\/\/127\.0\.0\.1:27999\/\?replicaSet=telamon-[0-9a-f]{8}&authSource=admin$/,
  );
  const listed = await room.ask('listGroupClusters');
  assert.ok(listed.some((it: { id: string; links: unknown[] }) => it.id === seen.id && it.links.length === 3));
});

test('nodes add up over regions; what cannot be run is refused in words', async () => {
  const regions = (...counts: number[]) => [
    {
      regionConfigs: counts.map((nodeCount, n) => ({
        ...{ providerName: 'AWS', regionName: ['US_EAST_1', 'US_WEST_2', 'EU_WEST_1'][n], priority: 7 - n },
        electableSpecs: { instanceSize: 'M10', nodeCount },
      })),
    },
  ];
  await create({ ...wantedCluster('two-places', 3), replicationSpecs: regions(2, 1) });
  for (const counts of [[2], [2, 2], [9]])
    await refused(create({ ...wantedCluster('x', 3), replicationSpecs: regions(...counts) }), 'VALIDATION_ERROR');
  await refused(create({ ...wantedCluster('x', 3), clusterType: 'SHARDED' }), 'VALIDATION_ERROR', /replica sets/);
  await refused(create(wantedCluster('x', 3, { backupEnabled: true })), 'VALIDATION_ERROR', /snapshots/);
  for (const name of ['', '-x', 'a b', 'x'.repeat(65)])
    await refused(create(wantedCluster(name, 1)), 'CLUSTER_NAME_INVALID');
  const other = { id: newId(), name: 'o', orgId: room.group.orgId };
  await refused(room.ask('createGroupCluster', {}, wantedCluster('x', 1), other), 'GROUP_NOT_FOUND');
});

test('whoever wants the newest version there is gets the one there is, and reads the wish again', async () => {
  const { versionReleaseSystem } = await create(wantedCluster('newest', 3, { versionReleaseSystem: 'CONTINUOUS' }));
  assert.equal(versionReleaseSystem, 'CONTINUOUS');
  assert.equal((await change('newest', { versionReleaseSystem: 'LTS' })).versionReleaseSystem, 'LTS');
});

test('of many that ask for one name at once, one gets it', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => create(wantedCluster('one', 1))));
  assert.equal(asked.filter((it) => it.status === 'fulfilled').length, 1);
  for (const it of asked) if (it.status === 'rejected') assert.equal(it.reason.code, 'DUPLICATE_CLUSTER_NAME');
});

test('a change: labels, tags and protection need no work; nodes do; a name stays', async () => {
  const { id } = await create(wantedCluster('changing', 3));
  await transact(room.state, (tx) => room.store.reached(id, 1, {}, tx));
  const tags = [{ key: 'k', value: 'v' }];
  const changed = await change('changing', { tags, terminationProtectionEnabled: true });
  assert.deepEqual([changed.tags, changed.terminationProtectionEnabled, changed.stateName], [tags, true, 'IDLE']);
  await refused(change('changing', { name: 'other' }), 'CLUSTER_CANNOT_CHANGE_NAME');
  const { replicationSpecs } = wantedCluster('changing', 5);
  const grown = await change('changing', { replicationSpecs });
  assert.equal(grown.stateName, 'UPDATING');
  assert.equal(grown.replicationSpecs[0].regionConfigs[0].electableSpecs.nodeCount, 5);
  await refused(change('changing', { paused: true }), 'CANNOT_PAUSE_CLUSTER_WITH_PENDING_CHANGES');
  await transact(room.state, (tx) => room.store.reached(id, 2, {}, tx));
  await refused(change('changing', wantedCluster('changing', 3, { paused: true })), 'CANNOT_UPDATE_AND_PAUSE_CLUSTER');
  assert.equal((await change('changing', { paused: true })).paused, true);
  await refused(change('changing', { paused: true }), 'CLUSTER_ALREADY_PAUSED');
  await refused(change('changing', wantedCluster('changing', 3)), 'CANNOT_UPDATE_PAUSED_CLUSTER');
  assert.equal((await change('changing', { paused: false })).stateName, 'UPDATING');
  await refused(change('nowhere', { tags }), 'CLUSTER_NOT_FOUND');
});

test('a deletion: refused under protection and during an import; then nothing holds the cluster any more', async () => {
  const { id } = await create(wantedCluster('leaving', 1, { terminationProtectionEnabled: true }));
  await refused(remove('leaving'), 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED');
  await change('leaving', { terminationProtectionEnabled: false });
  room.running.add(id);
  await refused(remove('leaving'), 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
  await refused(change('leaving', { tags: [] }), 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
  room.running.delete(id);
  await transact(room.state, (tx) => room.questions.hold(id, tx));
  assert.deepEqual(await remove('leaving'), {});
  assert.equal((await room.ask('getGroupCluster', { clusterName: 'leaving' })).stateName, 'DELETING');
  await refused(remove('leaving'), 'CLUSTER_ALREADY_REQUESTED_DELETION');
  await refused(change('leaving', { tags: [] }), 'CLUSTER_ALREADY_REQUESTED_DELETION');
  await refused(
    transact(room.state, (tx) => room.questions.hold(id, tx)),
    'CLUSTER_NOT_FOUND',
  );
  const leave = transact(room.state, async (tx) => room.leaving.refuseGroup!(room.group.id, tx));
  await refused(leave, 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS');
  assert.equal(await room.questions.countIn(room.group.id), (await room.questions.listIn(room.group.id)).length);
});

test('zones of a replica set: none to see, none to remove, and none to be had', async () => {
  await create(wantedCluster('flat', 1));
  const at = { clusterName: 'flat' };
  const none = { customZoneMapping: {}, managedNamespaces: [], selfManagedSharding: false };
  assert.deepEqual(await room.ask('getGroupClusterGlobalWrites', at), none);
  assert.deepEqual(await room.ask('deleteGroupClusterGlobalWriteCustomZoneMapping', at), none);
  const refusals: [id: string, body?: object][] = [
    ['createGroupClusterGlobalWriteManagedNamespace', { db: 'd', collection: 'c', customShardKey: 'k' }],
    ['deleteGroupClusterGlobalWriteManagedNamespaces'],
    ['createGroupClusterGlobalWriteCustomZoneMapping', { customZoneMappings: [{ location: 'DE', zone: 'Zone 1' }] }],
  ];
  for (const [id, body] of refusals) {
    await refused(room.ask(id, at, body), 'VALIDATION_ERROR', /flat is a replica set.*mongos/);
    await refused(room.ask(id, { clusterName: 'nowhere' }, body), 'CLUSTER_NOT_FOUND');
  }
});
