import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { introduction, link, progress } from '../../../testing/link.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';

const { open } = harness();

const TOKENS = (house: TestHouse) => `/orgs/${house.owner.orgId}/liveMigrations/linkTokens`;
const PROJECTS = (house: TestHouse) => `/orgs/${house.owner.orgId}/liveMigrations/availableProjects`;

test('a link token: made, used once, replaced while unused, deleted with its key', async () => {
  const house = await open();
  const none = await house.api('DELETE', TOKENS(house));
  assert.deepEqual([none.status, none.body.errorCode, none.body.parameters], [404, 'UNEXPECTED_ERROR', null]);
  const first = await link(house);
  assert.equal(first.status, 201);
  const second = await link(house);
  assert.equal((await first.introduce()).status, 401, 'the one that nobody used is replaced');
  assert.equal((await second.introduce()).status, 200);
  const again = await second.introduce({ instanceId: 'b' });
  assert.deepEqual([again.status, again.body.errorCode], [409, 'LINK_TOKEN_ALREADY_USED']);
  assert.equal((await second.introduce()).status, 200, 'the same agent may start anew');
  const [project] = (await house.api('GET', PROJECTS(house))).body;
  assert.deepEqual([project.name, project.migrationHosts, project.deployments[0].name], ['old', ['host1'], 'shop']);
  assert.equal((await house.api('GET', `/orgs/${house.owner.orgId}/apiKeys`)).body.totalCount, 1, 'its key is hidden');
  assert.equal((await second.agent('GET', '/orgs')).status, 401, 'and good for nothing else');
  assert.equal((await house.api('DELETE', TOKENS(house))).status, 204);
  assert.equal((await second.introduce()).status, 401);
  assert.deepEqual((await house.api('GET', PROJECTS(house))).body, []);
});

test('the key behind a token works from its addresses alone; wrong addresses are named', async () => {
  const house = await open();
  for (const wrong of ['1.2.3', '10.0.0.0/33', 'host', '::1/129', '']) {
    const refused = await house.api('POST', TOKENS(house), { accessListIps: ['1.2.3.4', wrong] });
    assert.deepEqual(
      [refused.status, refused.body.errorCode, refused.body.parameters],
      [400, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION', [wrong]],
    );
  }
  const made = await link(house, ['10.1.0.0/16', '2001:db8::/32']);
  const refused = await made.introduce();
  assert.deepEqual([refused.status, refused.body.errorCode], [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST']);
  const path = '/api/telamon/v1/agent/link';
  for (const from of ['10.1.2.3', '2001:db8::7', '::ffff:10.1.2.3'])
    assert.equal((await made.agent('POST', path, introduction, { from })).status, 200, from);
});

test('a waiting agent hears at once that its link is gone', async () => {
  const house = await open({ running: true });
  const { introduce, poll } = await link(house);
  await introduce();
  const began = Date.now();
  const waiting = poll();
  await until(
    () => house.state.db.collection('migrationLinks').findOne(),
    (it) => it !== null,
  );
  await house.api('DELETE', TOKENS(house));
  const heard = await waiting;
  assert.equal(heard.status, 404);
  assert.ok(Date.now() - began < 5_000);
});

test('the way of a migration: refused, ordered, reported, locked, cut over, complete; its user comes and goes', async () => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  await newCluster(house, groupId, 'target');
  const made = await link(house);
  const { projectId } = (await made.introduce()).body;
  const base = `/groups/${groupId}/liveMigrations`;
  const request = {
    source: {
      groupId: projectId,
      clusterName: 'shop',
      managedAuthentication: true,
      ssl: false,
      username: '',
      password: '',
    },
    destination: { groupId, clusterName: 'target', hostnameSchemaType: '' },
    migrationHosts: ['host1'],
    dropDestinationData: true,
  };
  const change = (path: string, value: unknown) => {
    const copy = structuredClone(request) as unknown as Record<string, Record<string, unknown>>;
    const [a, b] = path.split('.') as [string, string | undefined];
    if (b) copy[a]![b] = value;
    else (copy as Record<string, unknown>)[a] = value;
    return copy;
  };
  const wrong: [object, number, string, RegExp][] = [
    [change('destination.groupId', 'f'.repeat(24)), 400, 'GROUP_MISMATCH', /f{24}/],
    [change('destination.clusterName', 'nowhere'), 404, 'CLUSTER_NOT_FOUND', /nowhere/],
    [change('destination.hostnameSchemaType', 'PRIVATE_LINK'), 400, 'VALIDATION_ERROR', /hostnameSchemaType/],
    [change('source.groupId', 'e'.repeat(24)), 400, 'VALIDATION_ERROR', /source\.groupId/],
    [change('source.clusterName', 'other'), 400, 'VALIDATION_ERROR', /source\.clusterName other/],
    [change('source.username', 'u'), 400, 'VALIDATION_ERROR', /source\.username/],
    [change('migrationHosts', ['host2']), 400, 'VALIDATION_ERROR', /migrationHosts host2/],
    [change('migrationHosts', []), 400, 'VALIDATION_ERROR', /migrationHosts/],
    [change('colour', 'red'), 400, 'INVALID_ATTRIBUTE', /colour/],
    [change('dropEnabled', true), 400, 'INVALID_ATTRIBUTE', /dropEnabled/],
  ];
  for (const [body, status, code, detail] of wrong) {
    const refused = await house.api('POST', base, body);
    assert.deepEqual([refused.status, refused.body.errorCode], [status, code], JSON.stringify(refused.body));
    assert.match(refused.body.detail, detail);
  }
  assert.equal(await house.state.db.collection('migrationJobs').countDocuments(), 0);

  const { dropDestinationData, ...older } = request;
  const accept = 'application/vnd.atlas.2023-01-01+json';
  const old = await house.api('POST', `${base}/validate`, { ...older, dropEnabled: true }, { accept });
  assert.deepEqual([old.status, old.body.status, old.body.groupId], [200, 'PENDING', groupId]);
  assert.equal(old.headers.deprecation, 'Thu, 30 May 2024 00:00:00 GMT');
  assert.equal(old.headers.sunset, 'Thu, 1 Jul 2027 00:00:00 GMT');
  const { body: asked } = await until(made.poll, (it) => it.body.jobs.length === 1);
  await made.report({ jobId: asked.jobs[0].id, failed: 'Could not reach specified source: no.' });
  const verdict = (await house.api('GET', `${base}/validate/${old.body._id}`)).body;
  assert.deepEqual([verdict.status, verdict.errorMessage], ['FAILED', 'Could not reach specified source: no.']);

  const both = await Promise.all([house.api('POST', base, request), house.api('POST', base, request)]);
  assert.deepEqual(both.map((it) => it.status).sort(), [201, 400], 'one destination takes one migration');
  const id = both.find((it) => it.status === 201)!.body._id;
  const { body: polled } = await until(made.poll, (it) => it.body.jobs.length === 1);
  const [order] = polled.jobs;
  assert.deepEqual([order.id, order.kind, order.deployment, order.drop], [id, 'migrate', 'shop', true]);
  assert.match(order.destination, new RegExp(`^mongodb://telamon-migration-${id}:`));
  const { MongoClient } = await import('mongodb');
  const pushing = await new MongoClient(order.destination).connect();
  await pushing.db('app').collection('c').insertOne({ a: 1 });

  const early = await house.api('PUT', `${base}/${id}/cutover`);
  assert.deepEqual([early.status, early.body.errorCode], [400, 'VALIDATION_ERROR']);
  for (const [path, code] of [
    [TOKENS(house), 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK'],
    [`/orgs/${house.owner.orgId}`, 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK'],
    [`/groups/${groupId}/clusters/target`, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'],
  ]) {
    const kept = await house.api('DELETE', path!);
    assert.deepEqual([kept.status, kept.body.errorCode], [409, code]);
  }
  assert.equal((await made.report({ jobId: id, progress: progress() })).status, 200);
  const ready = (await house.api('GET', `${base}/${id}`)).body;
  assert.deepEqual([ready.status, ready.readyForCutover, ready.lagTimeSeconds], ['WORKING', true, 0]);
  assert.equal((await house.api('PUT', `${base}/${id}/cutover`)).status, 202);
  const twice = await house.api('PUT', `${base}/${id}/cutover`);
  assert.match(twice.body.detail, /already begun/);
  const { body: told } = await made.poll({ [id]: order.revision });
  assert.equal(told.jobs[0].cutover, true);
  assert.equal((await made.report({ jobId: id, done: { documents: 1 } })).status, 200);
  const done = (await house.api('GET', `${base}/${id}`)).body;
  assert.deepEqual([done.status, done.readyForCutover, done.lagTimeSeconds], ['COMPLETE', false, undefined]);
  const happened = (await house.api('GET', `/groups/${groupId}/events?clusterNames=target`)).body.results;
  assert.deepEqual(
    happened.map((it: { eventTypeName: string }) => it.eventTypeName).filter((it: string) => it.includes('IMPORT')),
    ['CLUSTER_IMPORT_COMPLETED', 'CLUSTER_IMPORT_CUTOVER', 'CLUSTER_IMPORT_STARTED'],
  );
  await until(
    () =>
      pushing
        .db('app')
        .collection('c')
        .insertOne({ a: 2 })
        .then(
          () => 'allowed',
          (error) => error.codeName,
        ),
    (it) => it === 'Unauthorized',
  );
  await pushing.close();

  // Cancelled: the same end for its user, and the cluster is free again.
  const next = (await house.api('POST', base, request)).body._id;
  const { body: second } = await until(made.poll, (it) => it.body.jobs.length === 1);
  const cancelled = await new MongoClient(second.jobs[0].destination).connect();
  // As the engine does: what it remembers of its way is on the destination.
  await cancelled.db('telamon_migration').collection<{ _id: string }>(`migrations.${next}`).insertOne({ _id: next });
  const own = `/api/telamon/v1${base}/${next}`;
  assert.equal((await house.api('POST', `${own}:cancel`)).status, 202);
  assert.equal((await house.api('GET', own)).body.errorMessage, 'The live migration was cancelled.');
  assert.equal((await house.api('POST', `${own}:cancel`)).status, 400);
  await until(
    () =>
      cancelled
        .db('app')
        .collection('c')
        .insertOne({})
        .then(
          () => 'allowed',
          (error) => error.codeName,
        ),
    (it) => it === 'Unauthorized',
  );
  await cancelled.close();
  assert.equal((await made.report({ jobId: next, done: {} })).status, 200);
  assert.equal((await house.api('GET', `${base}/${next}`)).body.status, 'FAILED', 'an end is the end');

  const last = (await house.api('POST', base, request)).body._id;
  const { body: third } = await until(made.poll, (it) => it.body.jobs.length === 1);
  const looking = await new MongoClient(third.jobs[0].destination).connect();
  const left = async () => {
    const { databases } = await looking.db('admin').admin().listDatabases({ nameOnly: true });
    return databases.map((it) => it.name);
  };
  await until(left, (it) => !it.includes('telamon_migration'));
  await looking.close();
  await house.api('POST', `/api/telamon/v1${base}/${last}:cancel`);
  assert.equal((await house.api('DELETE', TOKENS(house))).status, 204);
});
