// What requests want and answers show, in every dated version; no cluster is made of it here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newProject, replicaSet } from '../../../testing/places.ts';

const { open } = harness();
const FIRST = 'application/vnd.atlas.2023-01-01+json';

test('the older shape: one disk size, counted shards; both shapes show the same cluster', async () => {
  const house = await open();
  const groupId = await newProject(house);
  const accept = 'application/vnd.atlas.2023-02-01+json';
  const [spec] = replicaSet('old', 3).replicationSpecs;
  const body = { ...replicaSet('old', 3), diskSizeGB: 30, replicationSpecs: [{ ...spec, numShards: 1 }] };
  const made = await house.api('POST', `/groups/${groupId}/clusters`, body, { accept });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.diskSizeGB, made.body.replicationSpecs[0].numShards], [30, 1]);
  const { electableSpecs } = made.body.replicationSpecs[0].regionConfigs[0];
  assert.deepEqual(electableSpecs, { diskIOPS: 3000, ebsVolumeType: 'STANDARD', instanceSize: 'M10', nodeCount: 3 });
  const newer = (await house.api('GET', `/groups/${groupId}/clusters/old`)).body;
  assert.equal(newer.diskSizeGB, undefined);
  assert.equal(newer.replicationSpecs[0].regionConfigs[0].electableSpecs.diskSizeGB, 30);
  const seen = (await house.api('GET', `/groups/${groupId}/clusters/old`, undefined, { accept })).body;
  const sent = { ...seen, tags: [{ key: 'a', value: 'b' }] };
  assert.equal((await house.api('PATCH', `/groups/${groupId}/clusters/old`, sent, { accept })).status, 200);
  const shards = { ...body, name: 'shards', replicationSpecs: [{ ...spec, numShards: 2 }] };
  const refused = await house.api('POST', `/groups/${groupId}/clusters`, shards, { accept });
  assert.match(refused.body.detail, /numShards 2/);
});

test('the first version: one provider and size, regions as counts; it reads back what the others show', async () => {
  const house = await open();
  const path = `/groups/${await newProject(house)}/clusters`;
  const accept = FIRST;
  const providerSettings = { providerName: 'AWS', instanceSizeName: 'M20', regionName: 'US_EAST_1' };
  const body = {
    name: 'first',
    providerSettings,
    replicationFactor: 3,
    diskSizeGB: 25,
    autoScaling: { diskGBEnabled: true },
  };
  const made = await house.api('POST', path, body, { accept });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.match(String(made.headers.deprecation), /2023/);
  const { instanceSizeName, regionName } = made.body.providerSettings;
  assert.deepEqual([instanceSizeName, regionName, made.body.replicationFactor], ['M20', 'US_EAST_1', 3]);
  const [region] = (await house.api('GET', `${path}/first`)).body.replicationSpecs[0].regionConfigs;
  assert.deepEqual([region.electableSpecs.diskSizeGB, region.autoScaling.diskGB.enabled], [25, true]);
  const seen = (await house.api('GET', `${path}/first`, undefined, { accept })).body;
  const again = await house.api('PATCH', `${path}/first`, { ...seen, labels: [{ key: 'a', value: 'b' }] }, { accept });
  assert.deepEqual([again.status, again.body.labels], [200, [{ key: 'a', value: 'b' }]], JSON.stringify(again.body));
  const moved = { providerSettings, replicationSpecs: [{ regionsConfig: { NOWHERE_1: { electableNodes: 3 } } }] };
  const refused = await house.api('PATCH', `${path}/first`, moved, { accept });
  assert.deepEqual([refused.status, refused.body.errorCode], [400, 'INVALID_REGION']);
});

test('a configuration is checked as its creation or change would be, and nothing comes of it', async () => {
  const house = await open();
  const groupId = await newProject(house);
  const path = `/groups/${groupId}/clusters`;
  const check = async (body: object, accept = 'application/vnd.atlas.2025-03-12+json') =>
    (await house.api('POST', `/groups/${groupId}/clusterConfigurations:validate`, body, { accept })).body;
  const refused = async (body: object) => {
    const { valid, errors } = await check(body);
    assert.equal(valid, false);
    return [errors[0].errorCode, errors[0].validationIssue];
  };
  const good = replicaSet('c', 3);
  assert.deepEqual(await check({ clusterDescription: good, editing: false }), { valid: true });
  const [code, why] = await refused({ clusterDescription: { ...good, backupEnabled: true }, editing: false });
  assert.equal(code, 'VALIDATION_ERROR');
  assert.match(why, /backupEnabled true is not available/);
  assert.match(
    (await refused({ clusterDescription: good, editing: false, advancedConfiguration: { oplogSizeMB: 1 } }))[1],
    /oplogSizeMB/,
  );
  const { name: _name, ...nameless } = good;
  assert.match((await refused({ clusterDescription: nameless, editing: false }))[1], /clusterDescription\.name/);
  const edit = { clusterDescription: { replicationSpecs: good.replicationSpecs }, editing: true };
  assert.match((await refused(edit))[1], /clusterName/);
  assert.equal((await refused({ ...edit, clusterName: 'c' }))[0], 'CLUSTER_NOT_FOUND');
  assert.equal(await house.state.db.collection('clusters').countDocuments(), 0);

  assert.equal((await house.api('POST', path, good)).status, 201);
  assert.equal((await refused({ clusterDescription: good, editing: false }))[0], 'DUPLICATE_CLUSTER_NAME');
  assert.deepEqual(await check({ ...edit, clusterName: 'c' }), { valid: true });
  const renamed = { clusterDescription: { name: 'd' }, clusterName: 'c', editing: true };
  assert.equal((await refused(renamed))[0], 'CLUSTER_CANNOT_CHANGE_NAME');
  const [cluster] = await house.state.db.collection('clusters').find().toArray();
  assert.equal(cluster!.revision, 1);
});

test('the first version: a change that names no regions is meant for those that there are', async () => {
  const house = await open();
  const path = `/groups/${await newProject(house)}/clusters`;
  const regions = [
    {
      providerName: 'AWS',
      regionName: 'US_EAST_1',
      priority: 7,
      electableSpecs: { instanceSize: 'M10', nodeCount: 3 },
    },
    {
      providerName: 'AWS',
      regionName: 'EU_WEST_1',
      priority: 0,
      electableSpecs: { instanceSize: 'M10', nodeCount: 0 },
      readOnlySpecs: { instanceSize: 'M10', nodeCount: 1 },
    },
  ];
  for (const [name, regionConfigs] of [
    ['one', regions.slice(0, 1)],
    ['two', regions],
  ] as const)
    await house.api('POST', path, { ...replicaSet(name, 3), replicationSpecs: [{ regionConfigs }] });
  const change = async (name: string, body: object) => {
    const { status, body: answer } = await house.api('PATCH', `${path}/${name}`, body, { accept: FIRST });
    assert.equal(status, 200, JSON.stringify(answer));
    const shown = (await house.api('GET', `${path}/${name}`)).body.replicationSpecs[0].regionConfigs;
    return shown.map((it: (typeof regions)[0]) => [
      it.regionName,
      it.electableSpecs.instanceSize,
      it.electableSpecs.nodeCount,
    ]);
  };
  assert.deepEqual(await change('one', { replicationFactor: 5 }), [['US_EAST_1', 'M10', 5]]);
  const bigger = { providerSettings: { providerName: 'AWS', instanceSizeName: 'M20' } };
  assert.deepEqual(await change('one', bigger), [['US_EAST_1', 'M20', 5]], 'it keeps its nodes');
  const moved = { providerSettings: { providerName: 'AWS', regionName: 'EU_WEST_1' } };
  assert.deepEqual(await change('one', moved), [['EU_WEST_1', 'M20', 5]]);
  assert.deepEqual(await change('two', bigger), [
    ['US_EAST_1', 'M20', 3],
    ['EU_WEST_1', 'M20', 0],
  ]);
  assert.deepEqual(await change('two', { replicationFactor: 7 }), [
    ['US_EAST_1', 'M20', 7],
    ['EU_WEST_1', 'M20', 0],
  ]);
  const scaling = {
    autoScaling: { compute: { enabled: true, scaleDownEnabled: true } },
    providerSettings: {
      providerName: 'AWS',
      autoScaling: { compute: { minInstanceSize: 'M10', maxInstanceSize: 'M30' } },
    },
  };
  await change('two', scaling);
  const { autoScaling } = (await house.api('GET', `${path}/two`)).body.replicationSpecs[0].regionConfigs[1];
  assert.deepEqual(autoScaling.compute, {
    ...{ enabled: true, scaleDownEnabled: true, minInstanceSize: 'M10', maxInstanceSize: 'M30' },
  });
  const aimless = { replicationSpec: { US_EAST_1: { electableNodes: 3 } } };
  const refused = await house.api('PATCH', `${path}/two`, aimless, { accept: FIRST });
  assert.match(refused.body.detail, /replicationSpec needs providerSettings/);
});

test('compute that scales names the sizes between which it does', async () => {
  const house = await open();
  const path = `/groups/${await newProject(house)}/clusters`;
  const wanted = (compute: object) => {
    const body = replicaSet('scaling', 3);
    Object.assign(body.replicationSpecs[0]!.regionConfigs[0]!, { autoScaling: { compute } });
    return body;
  };
  const cases: [object, string][] = [
    [{ enabled: true }, 'COMPUTE_AUTO_SCALING_MAX_INSTANCE_SIZE_REQUIRED'],
    [
      { enabled: true, maxInstanceSize: 'M30', scaleDownEnabled: true },
      'COMPUTE_AUTO_SCALING_MIN_INSTANCE_SIZE_REQUIRED',
    ],
    [
      { enabled: true, maxInstanceSize: 'M20', minInstanceSize: 'M30' },
      'COMPUTE_AUTO_SCALING_INSTANCE_SIZE_RANGE_INVALID',
    ],
    [{ enabled: true, maxInstanceSize: 'M31' }, 'INVALID_ENUM_VALUE'],
  ];
  for (const [compute, code] of cases) {
    const { status, body } = await house.api('POST', path, wanted(compute));
    assert.deepEqual([status, body.errorCode], [400, code]);
  }
  const enough = { enabled: true, scaleDownEnabled: true, minInstanceSize: 'M10', maxInstanceSize: 'M30' };
  assert.equal((await house.api('POST', path, wanted(enough))).status, 201);
});

test('no default write concern that mongod refuses, or that would have every write wait for ever', async () => {
  const house = await open();
  const path = `/groups/${await newProject(house)}/clusters`;
  await house.api('POST', path, replicaSet('c', 3));
  const set = (defaultWriteConcern: string) =>
    house.api(
      'PATCH',
      `${path}/c/processArgs`,
      { defaultWriteConcern },
      { accept: 'application/vnd.atlas.2024-08-05+json' },
    );
  assert.match((await set('0')).body.detail, /majority or a number above 0, not 0/);
  assert.match((await set('4')).body.detail, /defaultWriteConcern 4 asks for more members than the 3 of this cluster/);
  assert.equal((await set('3')).status, 200);
  const smaller = await house.api('PATCH', `${path}/c`, { replicationSpecs: replicaSet('c', 1).replicationSpecs });
  assert.match(smaller.body.detail, /defaultWriteConcern 3 asks for more members than the 1/);
});

test('a feature compatibility version may be pinned without a body', async () => {
  const house = await open();
  const groupId = await newProject(house);
  await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('c', 1));
  const state = { 'status.state': 'IDLE', 'status.featureCompatibilityVersion': '6.0' };
  await house.state.db.collection('clusters').updateOne({ name: 'c' }, { $set: state });
  const pin = `/groups/${groupId}/clusters/c:pinFeatureCompatibilityVersion`;
  assert.equal(
    (await house.api('POST', pin, undefined, { accept: 'application/vnd.atlas.2024-05-30+json' })).status,
    204,
  );
  const { featureCompatibilityVersionExpirationDate: until } = (await house.api('GET', `/groups/${groupId}/clusters/c`))
    .body;
  assert.ok(Math.abs(Date.parse(until) - Date.now() - 28 * 86_400_000) < 60_000);
});
