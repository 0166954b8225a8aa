// A live migration into a replica set that others run, by the command line and the agent as people use them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { atlas } from '../../demo/atlas.ts';
import { telamon, telamonOnce } from '../../demo/children.ts';
import { startSource } from '../../demo/source.ts';
import { mongodCache } from '../../src/main/up.ts';
import { compareDeployments } from '../../src/migration/index.ts';
import { findMongod } from '../../src/mongod/index.ts';
import { startUp, temporary } from '../unhappy/children.ts';
import { until } from '../wait.ts';
import { othersSet } from './others.ts';

test('a live migration moves into a set that others run, and leaves no user behind in it', async (t) => {
  const dir = temporary(t);
  const mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const destination = await othersSet(t, mongod.path);
  const source = await startSource(join(dir, 'source'), mongod);
  t.after(source.end);
  const documents = Array.from({ length: 2_000 }, (_, n) => ({ n, text: 'x'.repeat(200) }));
  await source.client.db('shop').collection('orders').insertMany(documents);

  const data = join(dir, 'data');
  const { made } = await startUp(t, data);
  const api = atlas(made.url, made.url, made);
  const groupId = (await api.call('POST', '/groups', { name: 'p', orgId: made.orgId })).id;
  const said = await telamonOnce([
    ...['cluster', 'register', 'theirs', '--group', groupId],
    ...['--uri', destination.uri, '--data', data],
  ]);
  assert.match(said, /^Cluster theirs \([0-9a-f]{24}\) is CREATING/);
  await until(
    () => api.call('GET', `/groups/${groupId}/clusters/theirs`),
    (it) => it.stateName === 'IDLE',
  );
  assert.equal(await telamonOnce(['cluster', 'list', '--data', data]), `${groupId}  theirs  IDLE`);

  const { linkToken } = await api.call('POST', `/orgs/${made.orgId}/liveMigrations/linkTokens`, { accessListIps: [] });
  const state = join(dir, 'agent');
  const agent = telamon(
    ['agent', '--token', linkToken, '--deployment', `shop=${source.uri}`, '--host', 'mover', '--state-dir', state],
    () => {},
  );
  t.after(agent.stop);
  await agent.line((text) => text.startsWith('Linked'));
  const [project] = await api.call('GET', `/orgs/${made.orgId}/liveMigrations/availableProjects`);
  const base = `/groups/${groupId}/liveMigrations`;
  const { _id: id } = await api.call('POST', base, {
    source: { groupId: project.projectId, clusterName: 'shop', managedAuthentication: true, ssl: false },
    destination: { groupId, clusterName: 'theirs', hostnameSchemaType: 'PUBLIC' },
    migrationHosts: ['mover'],
    dropDestinationData: true,
  });
  const details = () => api.own('GET', `${base}/${id}`);
  const ready = await until(details, (it) => it.readyForCutover || it.status === 'FAILED', 60_000);
  assert.equal(ready.status, 'WORKING', ready.errorMessage);
  await source.client.db('shop').collection('orders').insertOne({ n: -1, late: true });
  await api.call('PUT', `${base}/${id}/cutover`);
  const done = await until(details, (it) => it.status !== 'WORKING', 60_000);
  assert.equal(done.status, 'COMPLETE', done.errorMessage);

  const { differences, documents: compared } = await compareDeployments(source.uri, destination.uri);
  assert.deepEqual(differences, []);
  assert.equal(compared, 2_001);
  const client = new MongoClient(destination.uri);
  t.after(() => client.close());
  const users = await until(
    async () => (await client.db('admin').command({ usersInfo: 1 })).users.map((it: { user: string }) => it.user),
    (it) => it.length === 1,
  );
  assert.deepEqual(users, ['root']);
});
