import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { MongoClient } from 'mongodb';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { measure, processMetrics } from './metrics.ts';

const { open } = harness();
const PASSWORD = 'a-good-password';
const GZIP = 'application/vnd.atlas.2023-02-01+gzip';
let shared: Promise<{ house: TestHouse; groupId: string; group: string; uri: string }> | undefined;

const place = () => {
  shared ??= (async () => {
    const house = await open({ running: true });
    const groupId = await newProject(house);
    const group = `/groups/${groupId}`;
    const roles = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
    const user = { username: 'ann', password: PASSWORD, databaseName: 'admin', roles };
    assert.equal((await house.api('POST', `${group}/databaseUsers`, user)).status, 201);
    const cluster = await newCluster(house, groupId, 'c');
    return { house, groupId, group, uri: cluster.connectionStrings.standard };
  })();
  return shared;
};

async function login(uri: string, password: string, from = '127.0.0.1'): Promise<void> {
  const auth = { username: 'ann', password };
  const client = new MongoClient(uri, { auth, authSource: 'admin', localAddress: from });
  await client
    .db('shop')
    .collection('orders')
    .insertOne({ a: 1 })
    // Whether it may is what the history is asked afterwards.
    .catch(() => {});
  await client.close();
}

test('a process is shown as what it is, by its host and port', async () => {
  const { house, groupId, group } = await place();
  const { body } = await house.api('GET', `${group}/processes`);
  const [only] = body.results;
  assert.deepEqual(
    [body.totalCount, only.hostname, only.id, only.typeName, only.userAlias, only.groupId],
    [1, '127.0.0.1', `127.0.0.1:${only.port}`, 'REPLICA_PRIMARY', 'c-0', groupId],
  );
  assert.match(only.version, /^\d+\.\d+\.\d+/);
  const one = await house.api('GET', `${group}/processes/${only.id}`);
  assert.deepEqual(
    one.body.links.map((it: { rel: string }) => it.rel),
    ['self', 'https://cloud.mongodb.com/group', 'https://cloud.mongodb.com/measurements'],
  );
  const none = await house.api('GET', `${group}/processes/127.0.0.1:1`);
  assert.deepEqual([none.status, none.body.errorCode], [404, 'HOSTNAME_AND_PORT_NOT_FOUND']);
});

test('the log comes as gzip, of the time that was asked for, by host, by process or by alias', async () => {
  const { house, group } = await place();
  const id = (await house.api('GET', `${group}/processes`)).body.results[0].id;
  const log = (host: string, name = 'mongodb', query = '') =>
    house.api('GET', `${group}/clusters/${host}/logs/${name}.gz${query}`, undefined, { accept: GZIP, binary: true });
  for (const host of ['127.0.0.1', id, 'c-0']) {
    const answer = await log(host);
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, GZIP], host);
    assert.match(gunzipSync(answer.body).toString(), /"msg":"Waiting for connections"/);
  }
  const past = await log(id, 'mongodb', '?startDate=1600000000&endDate=1600000001');
  assert.equal(gunzipSync(past.body).length, 0);
  const wrong: [string, string, string, string][] = [
    [id, 'mongodb', '?startDate=1700000001&endDate=1700000000', 'START_DATE_AFTER_END_DATE'],
    [id, 'mongodb', '?startDate=1', 'INVALID_QUERY_PARAMETER'],
    [id, 'mongodb-audit-log', '', 'VALIDATION_ERROR'],
    [id, 'mongos', '', 'VALIDATION_ERROR'],
    ['nobody.example.com', 'mongodb', '', 'HOSTNAME_AND_PORT_NOT_FOUND'],
  ];
  for (const [host, name, query, code] of wrong)
    assert.equal(JSON.parse((await log(host, name, query)).body.toString()).errorCode, code, `${name}${query}`);
});

test('who logged in, who could not, and from where, as mongod has logged it', async () => {
  const { house, group, uri } = await place();
  await login(uri, PASSWORD);
  await login(uri, 'a-wrong-password', '127.0.0.7');
  await house.api('POST', `${group}/accessList`, [{ ipAddress: '127.0.0.1' }]);
  const state = async () => (await house.api('GET', `${group}/clusters/c`)).body.stateName;
  await until(state, (it) => it === 'IDLE');
  await login(uri, PASSWORD, '127.0.0.8');
  const ask = async (query = '', of = 'clusters/c') =>
    (await house.api('GET', `${group}/dbAccessHistory/${of}${query}`)).body.accessLogs;
  const all = await ask();
  const seen = all.map((it: Record<string, unknown>) => [it.username, it.ipAddress, it.authResult]);
  assert.deepEqual(seen.slice(0, 2), [
    ['ann', '127.0.0.8', false],
    ['ann', '127.0.0.7', false],
  ]);
  assert.deepEqual(seen.at(-1), ['ann', '127.0.0.1', true]);
  assert.match(all[0].failureReason, /access list/);
  assert.match(all[1].failureReason, /AuthenticationFailed/);
  assert.ok(
    all.every((it: { username: string }) => it.username === 'ann'),
    'nothing of the control plane itself',
  );
  assert.equal(JSON.parse(all[0].logLine).c, 'ACCESS');
  assert.equal((await ask('?authResult=false')).length, 2);
  assert.equal((await ask('?ipAddress=127.0.0.7')).length, 1);
  assert.equal((await ask('?nLogs=1')).length, 1);
  assert.equal((await ask(`?end=${Date.now() - 3_600_000}`)).length, 0);
  assert.equal((await ask('', 'processes/127.0.0.1')).length, all.length);
});

test('measurements follow from samples: gauges as they were, counters as rates, nothing where nothing was seen', () => {
  const samples = [0, 60, 120, 240].map((seconds, n) => ({
    at: new Date(seconds * 1_000),
    values: { CONNECTIONS: n, OPCOUNTER_INSERT: n === 3 ? 5 : n * 600 },
  }));
  const span = { start: 0, end: 240_000, stepMs: 60_000 };
  const values = (name: string) => measure(name, processMetrics[name]!, samples, span).dataPoints.map((it) => it.value);
  assert.deepEqual(values('CONNECTIONS'), [1, 2, null, 3]);
  assert.deepEqual(values('OPCOUNTER_INSERT'), [10, 10, null, null], 'a process that began anew has no rate');
});

test('measurements of a process, a database and the disk as they were sampled', async () => {
  const { house, group, uri } = await place();
  await login(uri, PASSWORD);
  const id = (await house.api('GET', `${group}/processes`)).body.results[0].id;
  const at = `${group}/processes/${id}`;
  const ask = async (path: string) => (await house.api('GET', `${at}${path}`)).body;
  const end = new Date(Date.now() + 120_000).toISOString();
  const span = `granularity=PT1M&start=${new Date(Date.now() - 300_000).toISOString()}&end=${end}`;
  const last = (body: { measurements: { dataPoints: { value: number | null }[] }[] }) =>
    body.measurements[0]!.dataPoints.findLast((it) => it.value !== null)?.value;
  const connections = await until(
    () => ask(`/measurements?${span}&m=CONNECTIONS`),
    (it) => last(it) !== undefined,
  );
  assert.ok(last(connections)! > 0);
  assert.deepEqual([connections.processId, connections.granularity, connections.hostId], [id, 'PT1M', id]);
  assert.equal(connections.measurements.length, 1);
  assert.ok((await ask(`/measurements?granularity=PT5M&period=PT24H`)).measurements.length > 30);
  assert.deepEqual(
    (await ask('/disks')).results.map((it: { partitionName: string }) => it.partitionName),
    ['data'],
  );
  assert.ok(last(await ask(`/disks/data/measurements?${span}&m=DISK_PARTITION_SPACE_FREE`))! > 0);
  const databases = (await ask('/databases')).results.map((it: { databaseName: string }) => it.databaseName);
  assert.ok(databases.includes('admin'));
  assert.ok(last(await ask(`/databases/admin/measurements?${span}&m=DATABASE_DATA_SIZE`))! > 0);
  for (const [wrong, code] of [
    ['/measurements?period=PT1H', 'INVALID_GRANULARITY'],
    ['/measurements?granularity=PT7M&period=PT1H', 'INVALID_GRANULARITY'],
    ['/measurements?granularity=__proto__&period=PT1H', 'INVALID_GRANULARITY'],
    ['/measurements?granularity=PT1M&period=soon', 'INVALID_PERIOD'],
    ['/measurements?granularity=PT1M', 'INVALID_PERIOD'],
    ['/disks/other', 'RESOURCE_NOT_FOUND'],
    ['/databases/nothing', 'RESOURCE_NOT_FOUND'],
  ])
    assert.equal((await ask(wrong!)).errorCode, code, wrong);
});

test('slow queries come from the log, and those that read a whole collection suggest an index', async () => {
  const { house, group, uri } = await place();
  const auth = { username: 'ann', password: PASSWORD };
  const client = new MongoClient(uri, { auth, authSource: 'admin' });
  const admin = client.db('shop');
  await admin.collection('bills').insertMany(Array.from({ length: 50 }, (_, n) => ({ n, state: 'open' })));
  const slow = { state: 'open', $where: 'sleep(5) || true', n: { $gt: 5 } };
  await admin.collection('bills').find(slow).sort({ due: -1 }).toArray();
  await client.close();
  const id = (await house.api('GET', `${group}/processes`)).body.results[0].id;
  const ask = async (path: string) =>
    (await house.api('GET', `${group}/processes/${id}/performanceAdvisor/${path}`)).body;
  const seen = await until(
    () => ask('namespaces'),
    (it) => it.namespaces.length > 0,
  );
  assert.deepEqual(seen.namespaces, [{ namespace: 'shop.bills', type: 'collection' }]);
  const { slowQueries: queries } = await ask('slowQueryLogs?includeMetrics=true&includeOpType=true');
  assert.deepEqual(
    [queries[0].namespace, queries[0].opType, queries[0].metrics.docsExamined],
    ['shop.bills', 'find', 50],
  );
  assert.equal((await ask('slowQueryLogs?namespaces=shop.other')).slowQueries.length, 0);
  const { suggestedIndexes, shapes } = await ask('suggestedIndexes');
  assert.deepEqual(suggestedIndexes[0].index, [{ state: 1 }, { due: -1 }, { n: 1 }]);
  assert.deepEqual([shapes[0].id, shapes[0].count], [suggestedIndexes[0].impact[0], 1]);
});
