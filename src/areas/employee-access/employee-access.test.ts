import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { MongoClient } from 'mongodb';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { createApiClient } from '../../base/api-client.ts';

const { open } = harness();
const own = '/api/telamon/v1/staff';
const hour = () => new Date(Date.now() + 3_600_000).toISOString();

let shared: Promise<Stage> | undefined;
interface Stage {
  house: TestHouse;
  group: string;
  id: string;
  port: number;
  credential: { username: string; password: string };
}

/** A cluster of a restricted organization, and a member of staff before it. */
const stage = () => {
  shared ??= (async () => {
    const house = await open({ running: true });
    const { api, owner, operator, app } = house;
    await api('PATCH', `/orgs/${owner.orgId}/settings`, { restrictEmployeeAccess: true });
    const groupId = await newProject(house);
    const { id } = await newCluster(house, groupId, 'c');
    const { body } = await operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    return { house, group: `/groups/${groupId}`, id, port, credential: body };
  })();
  return shared;
};

const grant = async ({ house, group }: Stage, grantType: string, expirationTime = hour()) =>
  assert.equal(
    (await house.api('POST', `${group}/clusters/c:grantMongoDBEmployeeAccess`, { grantType, expirationTime })).status,
    204,
  );
const revoke = async ({ house, group }: Stage) =>
  assert.equal((await house.api('POST', `${group}/clusters/c:revokeMongoDBEmployeeAccess`)).status, 204);
const staffOf = ({ house, credential }: Stage) =>
  house.as({ publicKey: credential.username, privateKey: credential.password });

test('without a grant staff see nothing, and each kind of grant opens what it says', async () => {
  const it = await stage();
  const staff = staffOf(it);
  const paths = ['logs/c-0?lines=5', 'diagnostics/c-0'];
  const ask = async () => {
    const seen = await Promise.all(paths.map((path) => staff('GET', `${own}/clusters/${it.id}/${path}`)));
    const session = await staff('POST', `${own}/clusters/${it.id}/sessions`);
    return [...seen, session].map(({ status }) => status);
  };
  await revoke(it);
  assert.deepEqual(await ask(), [403, 403, 403]);
  assert.deepEqual((await staff('GET', `${own}/clusters`)).body, []);
  await grant(it, 'CLUSTER_DATABASE_LOGS');
  assert.deepEqual(await ask(), [200, 403, 201]);
  await grant(it, 'CLUSTER_INFRASTRUCTURE', '2025-08-01T12:00:00Z');
  assert.deepEqual(await ask(), [403, 403, 403], 'a time that has passed grants nothing');
  await grant(it, 'CLUSTER_INFRASTRUCTURE');
  assert.deepEqual(await ask(), [200, 200, 201]);
  // A mongod that has just begun has none yet.
  const files = await until(
    async () => (await staff('GET', `${own}/clusters/${it.id}/diagnostics/c-0`)).body,
    (found) => found.length,
  );
  const path = `${own}/clusters/${it.id}/diagnostics/c-0/${files[0].name}`;
  const file = await staff('GET', path, undefined, { accept: 'application/gzip', binary: true });
  assert.equal(file.status, 200);
  assert.ok(gunzipSync(file.body).length > 0);
  const outside = `${own}/clusters/${it.id}/diagnostics/c-0/..%2Fmongod.lock`;
  assert.equal((await staff('GET', outside, undefined, { accept: 'application/gzip' })).status, 404);
  const events = (await it.house.api('GET', `${it.group}/events`)).body.results;
  const types = new Set(events.map((event: { eventTypeName: string }) => event.eventTypeName));
  for (const type of ['EMPLOYEE_DOWNLOADED_CLUSTER_LOGS', 'SSH_KEY_NDS_HOST_ACCESS_GRANTED'])
    assert.ok(types.has(type), type);
  await revoke(it);
});

test('a session held open over the revocation fails at its next command, and never read data', async () => {
  const it = await stage();
  const staff = staffOf(it);
  await grant(it, 'CLUSTER_INFRASTRUCTURE');
  const opened = await staff('POST', `${own}/clusters/${it.id}/sessions`);
  assert.equal(opened.status, 201, JSON.stringify(opened.body));
  const client = new MongoClient(opened.body.uri);
  const admin = client.db('admin');
  await admin.command({ serverStatus: 1 });
  await assert.rejects(client.db('shop').collection('orders').findOne(), /not authorized/);
  await revoke(it);
  await assert.rejects(admin.command({ serverStatus: 1 }), /requires authentication|not authorized/);
  await client.close();
});

test('a grant of another kind or a shorter time ends the sessions it would not have opened', async () => {
  const it = await stage();
  const staff = staffOf(it);
  await grant(it, 'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA');
  const opened = await staff('POST', `${own}/clusters/${it.id}/sessions`);
  const client = new MongoClient(opened.body.uri);
  await client.db('__realm_sync').collection('history').findOne();
  await assert.rejects(client.db('shop').collection('orders').findOne(), /not authorized/);
  await grant(it, 'CLUSTER_INFRASTRUCTURE');
  await assert.rejects(client.db('__realm_sync').collection('history').findOne(), /requires authentication/);
  await client.close();
  await grant(it, 'CLUSTER_INFRASTRUCTURE', new Date(Date.now() + 3_000).toISOString());
  const short = await staff('POST', `${own}/clusters/${it.id}/sessions`);
  const brief = new MongoClient(short.body.uri);
  const alive = () =>
    brief
      .db('admin')
      .command({ serverStatus: 1 })
      .then(
        () => true,
        () => false,
      );
  assert.ok(await alive());
  await until(alive, (still) => !still, 5_000);
  assert.ok(Date.now() - Date.parse(short.body.expiresAt) < 1_500, 'it ends with its time');
  await brief.close();
  await revoke(it);
});

test('a log that is being followed is cut off when access ends', async () => {
  const it = await stage();
  await grant(it, 'CLUSTER_DATABASE_LOGS');
  // Its deletion closed the sessions of a member of staff, and what it was reading went on.
  const leaver = (await it.house.operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ben' })).body;
  const path = `${own}/clusters/${it.id}/logs/c-0?lines=3&follow=true`;
  const follow = async (credential: typeof it.credential) => {
    const client = createApiClient(`http://127.0.0.1:${it.port}`, credential);
    const response = await client.raw('GET', path, { accept: 'text/plain' });
    assert.equal(response.status, 200);
    const reader = response.body!.getReader();
    assert.ok((await reader.read()).value!.length > 0);
    return reader;
  };
  const rest = async (reader: { read(): Promise<{ done: boolean }> }) => {
    for (;;) if ((await reader.read()).done) return 'ended';
  };
  const ends: [typeof it.credential, () => Promise<unknown>][] = [
    [it.credential, () => revoke(it)],
    [
      it.credential,
      () => it.house.api('PATCH', `/orgs/${it.house.owner.orgId}/settings`, { restrictEmployeeAccess: true }),
    ],
    [leaver, () => it.house.operator('DELETE', `/api/telamon/v1/operator/staff/${leaver.username}`)],
  ];
  for (const [credential, end] of ends) {
    const reader = await follow(credential);
    await end();
    const since = Date.now();
    const late = new Promise((resolve) => setTimeout(resolve, 5_000).unref());
    await Promise.race([rest(reader).catch(() => 'cut off'), late]);
    assert.ok(Date.now() - since < 1_000, `${Date.now() - since} ms`);
    // Once more, with nothing granted but nothing restricted either.
    await it.house.api('PATCH', `/orgs/${it.house.owner.orgId}/settings`, { restrictEmployeeAccess: false });
  }
});

// Last, since it ends the house. A reader who follows for ever kept the server from stopping.
test('a log that is being followed does not keep the server from stopping', async () => {
  const it = await stage();
  await grant(it, 'CLUSTER_DATABASE_LOGS');
  const client = createApiClient(`http://127.0.0.1:${it.port}`, it.credential);
  const path = `${own}/clusters/${it.id}/logs/c-0?lines=3&follow=true`;
  const response = await client.raw('GET', path, { accept: 'text/plain' });
  const reader = response.body!.getReader();
  assert.ok((await reader.read()).value!.length > 0);
  const stopped = it.house.stop().then(() => 'stopped');
  const late = new Promise((resolve) => setTimeout(resolve, 10_000, 'still waiting').unref());
  assert.equal(await Promise.race([stopped, late]), 'stopped');
  await reader.cancel().catch(() => {});
});
