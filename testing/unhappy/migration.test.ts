// What a live migration survives.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { type Child, telamon } from '../../demo/children.ts';
import { type Source, startSource } from '../../demo/source.ts';
import { mongodCache } from '../../src/main/up.ts';
import { compareDeployments } from '../../src/migration/index.ts';
import { findMongod, freePort } from '../../src/mongod/index.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { agentsOf } from './agents.ts';
import { kill9, type Made, processesWith, temporary } from './children.ts';

const cleanups: (() => unknown)[] = [];
const shared = { after: ((what: () => unknown) => void cleanups.push(what)) as never };
let dir: string;
let data: string;
let up: Child;
let made: Made;
let port: number;
let api: Atlas;
let source: Source;
let groupId: string;
let destination: string;

async function start(): Promise<void> {
  // The same port again after a kill: agents know the address from their token.
  const child = telamon(['up', '--json', '--port', String(port), '--no-rate-limits', '--data', data], () => {});
  made = JSON.parse(await child.line((text) => text.startsWith('{')));
  up = child;
}

before(async () => {
  dir = temporary(shared);
  data = join(dir, 'data');
  port = await freePort();
  await start();
  cleanups.push(() => up.stop());
  api = atlas(made.url, made.url, made);
  source = await startSource(join(dir, 'source'), await findMongod({ cacheDir: mongodCache(), log: () => {} }));
  cleanups.push(source.end);
  const documents = Array.from({ length: 5_000 }, (_, n) => ({ n, text: `${n} `.repeat(500).slice(0, 2_000) }));
  for (let n = 0; n < 10; n++) {
    const batch = documents.map((it) => ({ ...it, batch: n }));
    await source.client
      .db('shop')
      .collection(`c${n % 5}`)
      .insertMany(batch);
  }
  groupId = (await api.call('POST', '/groups', { name: 'p', orgId: made.orgId })).id;
  await api.call('POST', `/groups/${groupId}/clusters`, replicaSet('target', 1));
  const ask = () => api.call('GET', `/groups/${groupId}/clusters/target`);
  const idle = await until(ask, (it) => it.stateName === 'IDLE');
  const user = { username: 'reader', password: 'reader-password' };
  const roles = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
  await api.call('POST', `/groups/${groupId}/databaseUsers`, { ...user, databaseName: 'admin', roles });
  destination = idle.connectionStrings.standard.replace('//', `//${user.username}:${user.password}@`);
});

after(async () => {
  for (let it = cleanups.pop(); it; it = cleanups.pop()) await it();
});

const { newToken, dropLinks, agentArgs } = agentsOf(() => ({ api, orgId: made.orgId, dir, uri: source.uri }));

const request = (sourceGroupId: string, more: object = {}, access: object = {}) => ({
  source: { groupId: sourceGroupId, clusterName: 'shop', managedAuthentication: true, ssl: false, ...access },
  destination: { groupId, clusterName: 'target', hostnameSchemaType: 'PUBLIC' },
  migrationHosts: ['mover'],
  dropDestinationData: true,
  ...more,
});
/** What mongod says to whoever writes while writes are held back. */
const BLOCKED = 371;
const base = () => `/groups/${groupId}/liveMigrations`;
const details = (id: string) => api.own('GET', `${base()}/${id}`);

/**
 * An agent, and a migration that is somewhere in its copy: at this rate the whole would take it most of a minute, so
 * that whatever a test does now happens to a copy.
 */
async function copying(): Promise<{ agent: Child; token: string; id: string }> {
  const token = await newToken();
  const agent = telamon([...agentArgs(token), '--max-rate', '2MB'], () => {});
  cleanups.push(agent.stop);
  await agent.line((text) => text.startsWith('Linked'));
  const [project] = await api.call('GET', `/orgs/${made.orgId}/liveMigrations/availableProjects`);
  const { _id: id } = await api.call('POST', base(), request(project.projectId));
  const ask = () => details(id);
  await until(ask, (it) => it.progress?.phase === 'copying' && it.progress.bytesCopied > 0);
  return { agent, token, id };
}

/** The same agent copies on: more is on the other side than there was. */
async function copiesOn(id: string, bytesBefore: number): Promise<void> {
  const now = await until(
    () => details(id),
    (it) => it.progress.bytesCopied > bytesBefore,
    60_000,
  );
  assert.equal(now.progress.phase, 'copying');
}

/** Takes the agent's limit away, which its next start may do. */
async function hurry(agent: Child, token: string): Promise<Child> {
  await agent.stop();
  const again = telamon(agentArgs(token), () => {});
  cleanups.push(again.stop);
  return again;
}

async function finishes(id: string): Promise<void> {
  const ready = await until(
    () => details(id),
    (it) => it.readyForCutover || it.status === 'FAILED',
    60_000,
  );
  assert.equal(ready.status, 'WORKING', ready.errorMessage);
  await api.call('PUT', `${base()}/${id}/cutover`);
  const done = await until(
    () => details(id),
    (it) => it.status !== 'WORKING',
  );
  assert.equal(done.status, 'COMPLETE', done.errorMessage);
  const { differences, documents } = await compareDeployments(source.uri, destination);
  assert.deepEqual(differences, []);
  assert.equal(documents, 50_000);
}

test('an agent killed while it copies goes on when it is started again', async (t) => {
  const { agent, token, id } = await copying();
  await kill9(agent);
  assert.equal((await details(id)).status, 'WORKING');
  const again = telamon(agentArgs(token), () => {});
  t.after(again.stop);
  await finishes(id);
  await again.stop();
  await dropLinks();
});

test('Telamon killed while an agent copies: the agent waits for it and goes on', async () => {
  const { agent, token, id } = await copying();
  await kill9(up);
  await start();
  await copiesOn(id, (await details(id)).progress.bytesCopied);
  const fast = await hurry(agent, token);
  await finishes(id);
  await fast.stop();
  await dropLinks();
});

test('the destination killed while an agent copies is started again, and the migration goes on', async () => {
  const { agent, token, id } = await copying();
  const before = await details(id);
  for (const pid of processesWith(join(data, 'clusters'))) process.kill(pid, 'SIGKILL');
  await copiesOn(id, before.progress.bytesCopied + 2e6);
  const fast = await hurry(agent, token);
  await finishes(id);
  await fast.stop();
  await dropLinks();
});

test('a validation tells what is wrong; a cancelled migration ends and frees its link', async () => {
  const { agent, id } = await copying();
  const [project] = await api.call('GET', `/orgs/${made.orgId}/liveMigrations/availableProjects`);
  const user = { managedAuthentication: false, username: 'nobody', password: 'wrong' };
  const { _id: validation } = await api.call('POST', `${base()}/validate`, request(project.projectId, {}, user));
  const verdict = await until(
    () => api.call('GET', `${base()}/validate/${validation}`),
    (it) => it.status !== 'PENDING',
  );
  assert.equal(verdict.status, 'FAILED');
  assert.match(verdict.errorMessage, /^The username or password is not correct: the source refused the login/);

  await api.own('POST', `${base()}/${id}:cancel`);
  const ended = await details(id);
  assert.deepEqual([ended.status, ended.errorMessage], ['FAILED', 'The live migration was cancelled.']);
  await dropLinks();
  await agent.line((text) => text.includes('The link was deleted'));
});

test('an agent holds writes back for the cutover; killed meanwhile, and its migration cancelled, it lets them in again', async (t) => {
  const user = { user: 'app', pwd: 'app' };
  await source.client.db('admin').command({ createUser: user.user, pwd: user.pwd, roles: ['readWriteAnyDatabase'] });
  const uri = new URL(source.uri);
  Object.assign(uri, { username: user.user, password: user.pwd });
  const app = await new MongoClient(uri.href).connect();
  t.after(() => app.close());
  // A database user takes a moment until it is there.
  const connected = () => new MongoClient(destination).connect().catch(() => undefined);
  const there = (await until(connected, (it) => it !== undefined))!;
  t.after(() => there.close());
  t.after(() => source.client.db('admin').command({ setUserWriteBlockMode: 1, global: false }));
  const single = app.db('shop').collection('single');
  await single.createIndex({ key: 1 }, { unique: true });
  const writes = () =>
    single.insertOne({ key: Math.random() }).then(
      () => 'allowed',
      (error) => error.code,
    );
  assert.equal(await writes(), 'allowed');

  const token = await newToken();
  const begin = async (): Promise<Child> => {
    const agent = telamon([...agentArgs(token), '--block-writes'], () => {});
    t.after(agent.stop);
    await agent.line((text) => text.startsWith('Linked'));
    return agent;
  };
  const ready = async (): Promise<string> => {
    const [project] = await api.call('GET', `/orgs/${made.orgId}/liveMigrations/availableProjects`);
    const { _id: id } = await api.call('POST', base(), request(project.projectId));
    const now = await until(
      () => details(id),
      (it) => it.readyForCutover || it.status === 'FAILED',
      120_000,
    );
    assert.equal(now.status, 'WORKING', now.errorMessage);
    return id;
  };
  const first = await begin();
  const id = await ready();
  // No index becomes unique while a transaction looks at its collection, so that this cutover does not end.
  const session = there.startSession();
  session.startTransaction();
  await there.db('shop').collection('single').findOne({}, { session });
  await api.call('PUT', `${base()}/${id}/cutover`);
  await until(writes, (it) => it === BLOCKED);
  await kill9(first);
  await api.own('POST', `${base()}/${id}:cancel`);
  await session.abortTransaction();
  await session.endSession();
  assert.equal(await writes(), BLOCKED);

  const second = await begin();
  await second.line((text) => /writes of shop, which a migration that is over held back, are let in again/.test(text));
  assert.equal(await writes(), 'allowed');

  const next = await ready();
  await api.call('PUT', `${base()}/${next}/cutover`);
  const done = await until(
    () => details(next),
    (it) => it.status !== 'WORKING',
    60_000,
  );
  assert.deepEqual([done.status, done.report?.writesBlocked], ['COMPLETE', true], done.errorMessage);
  await second.line((text) => text.includes('The source still refuses writes'));
  assert.equal(await writes(), BLOCKED);
  assert.deepEqual((await compareDeployments(source.uri, destination)).differences, []);
  await dropLinks();
});
