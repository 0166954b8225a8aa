// `telamon migrate` into a cluster of the Telamon of this host: locked, watched and cleared up after like any other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { ApiFailed } from '../../src/base/api-client.ts';
import { telamon } from '../migration/commands.ts';
import { type Sets, startSets } from '../migration/fixture.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { type Made, startUp } from './children.ts';

const cleanups: (() => unknown)[] = [];
let sets: Sets;
let made: Made;
let api: Atlas;
let groupId: string;
let data: string;
let reader: MongoClient;

before(async () => {
  sets = await startSets();
  cleanups.push(sets.end);
  data = join(sets.dir, 'telamon');
  const shared = { after: ((what: () => unknown) => void cleanups.push(what)) as never };
  ({ made } = await startUp(shared, data, '--ephemeral', '--scale', 'small'));
  api = atlas(made.url, made.url, made);
  groupId = (await api.call('POST', '/groups', { name: 'shops', orgId: made.orgId })).id;
  await api.call('POST', `/groups/${groupId}/clusters`, replicaSet('target', 1));
  const { connectionStrings } = await until(
    () => api.call('GET', `/groups/${groupId}/clusters/target`),
    (it) => it.stateName === 'IDLE',
    60_000,
  );
  const user = { username: 'reader', password: 'reader-password', databaseName: 'admin' };
  const roles = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
  await api.call('POST', `/groups/${groupId}/databaseUsers`, { ...user, roles });
  reader = new MongoClient(connectionStrings.standard, { auth: user, authSource: 'admin' });
  cleanups.push(() => reader.close());
  await until(
    () =>
      reader.connect().then(
        () => true,
        () => false,
      ),
    (it) => it,
  );
});
after(async () => {
  for (let it = cleanups.pop(); it; it = cleanups.pop()) await it();
});

const into = (place: string, ...more: string[]) =>
  telamon(
    ...['migrate', '--source', sets.source.uri, '--destination', place, '--data', data],
    ...['--state-dir', join(sets.dir, 'state'), ...more],
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error) => (error instanceof ApiFailed ? error.code : String(error)),
  );
test('it goes on after a kill, is locked meanwhile, is cut over by the API, and leaves no checkpoint', async () => {
  const documents = Array.from({ length: 4_000 }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));
  await sets.source.client.db('app').collection('c').insertMany(documents);
  const place = `${made.orgId}/shops/target`;
  const first = into(place, '--max-rate', '1MB');
  await first.line(/copying: [1-9]/);
  assert.equal(
    await refusal(api.call('DELETE', `/groups/${groupId}/clusters/target`)),
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  );
  first.child.kill('SIGKILL');
  await first.ended;

  const second = into(place, '--json');
  await second.line(/Ready/);
  const events = async () => {
    const { results } = await api.call('GET', `/groups/${groupId}/events?clusterNames=target`);
    return (results as { eventTypeName: string }[]).map((it) => it.eventTypeName).filter((it) => /IMPORT/.test(it));
  };
  assert.deepEqual(await events(), ['CLUSTER_IMPORT_STARTED'], 'it is one and the same migration');
  const migration = `/groups/${groupId}/liveMigrations/${second.said(/Live migration (\w+) into/)}`;
  await until(
    () => api.call('GET', migration),
    (it) => it.readyForCutover,
  );
  await api.call('PUT', `${migration}/cutover`);
  const { code, out, err } = await second.ended;
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).verified.documents, 4_000);
  assert.equal((await api.call('GET', migration)).status, 'COMPLETE');
  assert.equal((await api.own('GET', migration)).report.verified.documents, 4_000);
  assert.deepEqual(await events(), ['CLUSTER_IMPORT_COMPLETED', 'CLUSTER_IMPORT_CUTOVER', 'CLUSTER_IMPORT_STARTED']);
  await until(
    () => reader.db().admin().listDatabases({ nameOnly: true }),
    ({ databases }) => !databases.some((it) => it.name === 'telamon_migration'),
  );
});

test('what is refused ends the migration and frees the cluster; a cancellation ends the command', async () => {
  // By its name this time; what the first migration brought stands in the way.
  const [{ name }] = (await api.call('GET', '/orgs')).results;
  const refused = await into(`${name}/${groupId}/target`).ended;
  assert.equal(refused.code, 1);
  assert.match(refused.err, /already holds namespaces of the source: app\.c\. Drop them there/);

  const running = into(`${name}/shops/target`, '--drop');
  await running.line(/Ready/);
  const own = `/groups/${groupId}/liveMigrations/${running.said(/Live migration (\w+) into/)}`;
  await api.own('POST', `${own}:cancel`);
  const [code] = await once(running.child, 'close');
  assert.equal(code, 1);
  assert.equal((await api.own('GET', own)).errorMessage, 'The live migration was cancelled.');

  for (const [place, why] of [
    ['nobody/shops/target', /there is no organization nobody/],
    [`${made.orgId}/none/target`, /has no project none/],
    [`${made.orgId}/shops/none`, /project shops has no cluster none/],
  ] as const) {
    const { code: ended, err } = await into(place).ended;
    assert.equal(ended, 1);
    assert.match(err, why);
  }
});
