import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import {
  ensureReplicaSet,
  freePort,
  removeMember,
  replicaSetUri,
  startMember,
  writeKeyFile,
} from '../../mongod/index.ts';
import { createExternalProvider, uriOfMember, uriWith, wrongUri } from './external.ts';
import type { Cluster } from './model.ts';

const harnessed = harness();

test('a set that others run becomes a cluster: users, states and its end; the set itself goes on', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-external-'));
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const admin = { user: 'root', password: 'p@ss/word' };
  const port = await freePort();
  const mongod = harnessed.mongod.path;
  const member = { name: 'theirs', dir: join(dir, 'm'), port, replSet: 'theirs', keyFile, mongod, cacheGB: 0.25 };
  t.after(async () => {
    await removeMember(member);
    rmSync(dir, { recursive: true, force: true });
  });
  await startMember(member);
  const members = [{ host: '127.0.0.1', port }];
  await ensureReplicaSet({ replSet: 'theirs', members, admin });
  const uri = replicaSetUri({ members, replSet: 'theirs', ...admin, authSource: 'admin' });

  const house = await harnessed.open({ running: true });
  const groupId = await newProject(house);
  const own = '/api/telamon/v1';
  const register = (body: object) => house.operator('POST', `${own}/operator/groups/${groupId}/clusters`, body);
  const wrong = await register({ name: 'ext', uri: 'mongodb://127.0.0.1/' });
  assert.deepEqual([wrong.status, wrong.body.errorCode], [400, 'VALIDATION_ERROR']);
  assert.equal((await register({ name: 'ext', uri })).status, 201);
  assert.equal((await register({ name: 'ext', uri })).body.errorCode, 'DUPLICATE_CLUSTER_NAME');
  const path = `/groups/${groupId}/clusters/ext`;
  const see = async () => (await house.api('GET', path)).body;
  const seen = await until(see, (it) => it.stateName === 'IDLE');
  assert.match(seen.connectionStrings.standard, new RegExp(`^mongodb://127\\.0\\.0\\.1:${port}/\\?replicaSet=theirs$`));
  assert.equal(seen.mongoDBVersion, harnessed.mongod.version);
  assert.doesNotMatch(JSON.stringify(seen), /p%40ss|p@ss/);

  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  const user = { databaseName: 'admin', username: 'u', password: 'password-1', roles };
  await house.api('POST', `/groups/${groupId}/databaseUsers`, user);
  const asUser = new MongoClient(seen.connectionStrings.standard.replace('//', '//u:password-1@'));
  t.after(() => asUser.close());
  const write = () =>
    asUser
      .db('x')
      .collection('c')
      .insertOne({ a: 1 })
      .then(
        () => true,
        () => false,
      );
  await until(write, (it) => it);

  const paused = await house.api('PATCH', path, { paused: true });
  assert.deepEqual([paused.status, paused.body.errorCode], [400, 'VALIDATION_ERROR']);
  assert.match(paused.body.detail, /registered/);

  const theirs = new MongoClient(uri);
  t.after(() => theirs.close());
  const marked = { createUser: 'app', pwd: 'x', roles: [], customData: { mark: 'of their own' } };
  await theirs.db('admin').command(marked);
  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: new Date(Date.now() + 3_600_000).toISOString() };
  assert.equal((await house.api('POST', `${path}:grantMongoDBEmployeeAccess`, grant)).status, 204);
  const { body: key } = await house.operator('POST', `${own}/operator/staff`, { name: 'Ann' });
  const staff = house.as({ publicKey: key.username, privateKey: key.password });
  assert.equal((await staff('POST', `${own}/staff/clusters/${seen.id}/sessions`)).status, 201);

  assert.equal((await house.api('DELETE', path)).status, 202);
  await until(
    () => house.api('GET', path),
    (it) => it.status === 404,
  );
  const { users } = await theirs.db('admin').command({ usersInfo: 1 });
  assert.deepEqual(
    users.map((it: { user: string }) => it.user),
    ['app', 'root'],
    'neither users of ours nor sessions of staff are left, and their own are, whatever stands in them',
  );
  assert.equal(await theirs.db('x').collection('c').countDocuments(), 1);
});

test('a set that does not answer is told of in words, without its password', async () => {
  const { vault } = harnessed.data;
  const sealedUri = vault.seal(`mongodb://root:hidden@127.0.0.1:${await freePort()}/?replicaSet=r`, 'id');
  const cluster = { _id: 'id', external: { sealedUri }, status: { members: [] } } as unknown as Cluster;
  const notes = { members: async () => assert.fail('nothing was found') };
  const bringing = createExternalProvider({ vault }).bring(cluster, notes, new AbortController().signal);
  await assert.rejects(bringing, (error: Error) => {
    assert.match(error.message, /does not answer/);
    assert.doesNotMatch(error.message, /hidden/);
    return true;
  });
});

test('a registered URI for another user keeps where it leads and loses whose it was', () => {
  const registered =
    'mongodb://a:b@h1,h2/db?replicaSet=r&authSource=x&authMechanism=SCRAM-SHA-1&tls=true&tlsCAFile=/ca';
  assert.equal(uriWith(registered), 'mongodb://h1,h2/db?replicaSet=r&tls=true');
  assert.equal(
    uriWith(registered, 'u@', 'p:'),
    'mongodb://u%40:p%3A@h1,h2/db?replicaSet=r&tls=true&authSource=admin&tlsCAFile=%2Fca',
  );
  assert.equal(
    uriOfMember(registered, 'h2:1'),
    'mongodb://a:b@h2:1/?authSource=x&authMechanism=SCRAM-SHA-1&tls=true&tlsCAFile=%2Fca&directConnection=true',
  );
  assert.match(wrongUri('http://x')!, /connection string/);
  assert.match(wrongUri('mongodb://x')!, /user/);
  assert.match(wrongUri('mongodb://a:b@x/?directConnection=true')!, /whole set/);
  assert.equal(wrongUri('mongodb+srv://a:b@x.example.net'), undefined);
});
