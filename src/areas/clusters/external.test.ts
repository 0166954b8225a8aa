import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { othersSet } from '../../../testing/clusters/others.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { freePort } from '../../mongod/index.ts';
import { createExternalProvider, uriOfMember, uriWith, wrongUri } from './external.ts';
import type { Cluster } from './model.ts';

const harnessed = harness();
const own = '/api/telamon/v1';
const registerIn = (house: TestHouse, groupId: string) => (body: object) =>
  house.operator('POST', `${own}/operator/groups/${groupId}/clusters`, body);
/** What the operator sees of a cluster: its state, and what stands in its way. */
const seenBy = async (house: TestHouse, name: string) =>
  (await house.operator('GET', `${own}/operator/clusters`)).body.find((it: { name: string }) => it.name === name);

test('a set that others run becomes a cluster: users, states and its end; the set itself goes on', async (t) => {
  const { port, uri, client: theirs } = await othersSet(t, harnessed.mongod.path);
  const house = await harnessed.open({ running: true });
  const groupId = await newProject(house);
  const register = registerIn(house, groupId);
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

/** Whether that user gets in, and what it may do. */
async function rolesOf(uri: string, username: string, password: string): Promise<string[] | undefined> {
  const client = new MongoClient(uri, { auth: { username, password }, authSource: 'admin' });
  try {
    const { authInfo } = await client.db('admin').command({ connectionStatus: 1 });
    return authInfo.authenticatedUserRoles.map((it: { role: string }) => it.role).sort();
  } catch {
    // Refused: of this user and password there is none.
    return undefined;
  } finally {
    await client.close();
  }
}

test('users and roles of others that have the names of ours stay theirs, and are told of; ours go when the set leaves', async (t) => {
  const { port, uri, client } = await othersSet(t, harnessed.mongod.path);
  const admin = client.db('admin');
  const write = { resource: { db: 'theirs', collection: '' }, actions: ['insert'] };
  await admin.command({ createRole: 'clerk', privileges: [write], roles: [] });
  await admin.command({ createUser: 'app', pwd: 'their-password', roles: ['clerk'] });

  const house = await harnessed.open({ running: true });
  const groupId = await newProject(house);
  const actions = [{ action: 'FIND', resources: [{ db: 'x', collection: '' }] }];
  const newRole = (body: object) => house.api('POST', `/groups/${groupId}/customDBRoles/roles`, body);
  await newRole({ roleName: 'clerk', actions });
  await newRole({ roleName: 'finder', actions, inheritedRoles: [{ db: 'admin', role: 'clerk' }] });
  const newUser = (username: string, ...roleNames: string[]) =>
    house.api('POST', `/groups/${groupId}/databaseUsers`, {
      ...{ username, databaseName: 'admin', password: 'our-password' },
      roles: roleNames.map((roleName) => ({ roleName, databaseName: roleName === 'read' ? 'x' : 'admin' })),
    });
  await newUser('app', 'readWriteAnyDatabase');
  await newUser('ann', 'clerk', 'read');
  await house.api('POST', `/groups/${groupId}/accessList`, [{ cidrBlock: '127.0.0.0/8' }]);
  await registerIn(house, groupId)({ name: 'ext', uri });
  const path = `/groups/${groupId}/clusters/ext`;
  await until(
    () => house.api('GET', path),
    (it) => it.body.stateName === 'IDLE',
  );
  const plain = `mongodb://127.0.0.1:${port}/`;
  assert.deepEqual(await rolesOf(plain, 'app', 'their-password'), ['clerk'], 'as it was');
  assert.equal(await rolesOf(plain, 'app', 'our-password'), undefined);
  assert.deepEqual(await rolesOf(plain, 'ann', 'our-password'), ['read'], 'theirs is not what ours means');
  const { roles } = await admin.command({ rolesInfo: 1, showPrivileges: true });
  const [clerk, finder] = ['clerk', 'finder'].map((name) => roles.find((it: { role: string }) => it.role === name));
  assert.deepEqual([clerk.role, clerk.privileges], ['clerk', [write]]);
  const marker = `telamon-${(await house.api('GET', path)).body.id}`;
  assert.deepEqual([finder.role, finder.roles], ['finder', [{ role: marker, db: 'admin' }]]);
  const { stateName, message } = await seenBy(house, 'ext');
  assert.equal(stateName, 'IDLE');
  assert.match(message, /\(admin\.app, clerk\)/);

  await admin.command({ dropUser: 'app' });
  await until(
    () => rolesOf(plain, 'app', 'our-password'),
    (it) => it?.join() === 'readWriteAnyDatabase',
  );
  assert.match((await seenBy(house, 'ext')).message, /\(clerk\)/);

  await house.api('DELETE', path);
  await until(
    () => house.api('GET', path),
    (it) => it.status === 404,
  );
  const left = await admin.command({ rolesInfo: 1 });
  assert.deepEqual(
    left.roles.map((it: { role: string }) => it.role),
    ['clerk'],
  );
  const { users } = await admin.command({ usersInfo: 1 });
  assert.deepEqual(
    users.map((it: { user: string }) => it.user),
    ['root'],
  );
});

test('two servers on one set: each keeps to its own users, and a name that both want belongs to who came first', async (t) => {
  const { port, uri, client } = await othersSet(t, harnessed.mongod.path);
  const plain = `mongodb://127.0.0.1:${port}/`;
  const join = async (own: string, role: string) => {
    const house = await harnessed.open({ running: true });
    const groupId = await newProject(house);
    await house.api('POST', `/groups/${groupId}/accessList`, [{ cidrBlock: '127.0.0.0/8' }]);
    for (const username of [own, 'both'])
      await house.api('POST', `/groups/${groupId}/databaseUsers`, {
        ...{ username, databaseName: 'admin', password: `password-of-${own}` },
        roles: [{ roleName: role, databaseName: 'admin' }],
      });
    await registerIn(house, groupId)({ name: 'ext', uri });
    const path = `/groups/${groupId}/clusters/ext`;
    const seen = () => house.api('GET', path);
    await until(seen, (it) => it.body.stateName === 'IDLE');
    return { house, path, seen };
  };
  const ann = await join('ann', 'readAnyDatabase');
  const bob = await join('bob', 'readWriteAnyDatabase');
  assert.match((await seenBy(bob.house, 'ext')).message, /\(admin\.both\)/);
  assert.equal((await seenBy(ann.house, 'ext')).message, undefined);
  assert.deepEqual(await rolesOf(plain, 'both', 'password-of-ann'), ['readAnyDatabase']);

  await ann.house.api('DELETE', ann.path);
  await until(ann.seen, (it) => it.status === 404);
  await until(
    () => rolesOf(plain, 'both', 'password-of-bob'),
    (it) => it?.join() === 'readWriteAnyDatabase',
  );
  const { users } = await client.db('admin').command({ usersInfo: 1 });
  assert.deepEqual(users.map((it: { user: string }) => it.user).sort(), ['bob', 'both', 'root']);
});

test('one set is one cluster, whatever names it is registered under', async (t) => {
  const { port, uri } = await othersSet(t, harnessed.mongod.path);
  const house = await harnessed.open({ running: true });
  const groupId = await newProject(house);
  const register = registerIn(house, groupId);
  const local = await newCluster(house, groupId, 'local');
  assert.equal((await register({ name: 'ext', uri })).status, 201);
  const again = await register({ name: 'again', uri: uri.replace('127.0.0.1', 'LocalHost') });
  assert.deepEqual([again.status, again.body.errorCode], [409, 'REPLICA_SET_ALREADY_REGISTERED']);
  assert.match(again.body.detail, new RegExp(`127\\.0\\.0\\.1:${port} is already cluster ext of group ${groupId}`));
  const ours = await register({ name: 'ours', uri: local.connectionStrings.standard.replace('//', '//root:x@') });
  assert.deepEqual([ours.status, ours.body.errorCode], [409, 'REPLICA_SET_ALREADY_REGISTERED']);
  await until(
    () => seenBy(house, 'ext'),
    (it) => it.stateName === 'IDLE',
  );

  assert.equal((await register({ name: 'alias', uri: uri.replace('127.0.0.1', '127.0.0.2') })).status, 201);
  const { stateName } = await until(
    () => seenBy(house, 'alias'),
    (it) => /Replica set theirs is another cluster/.test(it.message),
  );
  assert.equal(stateName, 'CREATING');
  await house.api('DELETE', `/groups/${groupId}/clusters/alias`);
  await until(
    () => seenBy(house, 'alias'),
    (it) => it === undefined,
  );
  assert.equal((await seenBy(house, 'ext')).stateName, 'IDLE');
});

test('the log of a set of others comes from the memory of its processes, with its logins', async (t) => {
  const { port, uri } = await othersSet(t, harnessed.mongod.path);
  const house = await harnessed.open({ running: true });
  const groupId = await newProject(house);
  await registerIn(house, groupId)({ name: 'ext', uri });
  await until(
    () => seenBy(house, 'ext'),
    (it) => it.stateName === 'IDLE',
  );
  assert.equal(await rolesOf(`mongodb://127.0.0.1:${port}/`, 'nobody', 'wrong'), undefined);
  const log = await house.api('GET', `/groups/${groupId}/clusters/127.0.0.1/logs/mongodb.gz`, undefined, {
    accept: 'application/vnd.atlas.2023-02-01+gzip',
    binary: true,
  });
  assert.equal(log.status, 200);
  const lines = gunzipSync(log.body).toString().trim().split('\n');
  assert.deepEqual(
    lines.filter((it) => !it.startsWith('{"t":{"$date":"')),
    [],
  );
  assert.ok(lines.some((it) => it.includes('nobody')));
  const history = await house.api('GET', `/groups/${groupId}/dbAccessHistory/clusters/ext?authResult=false`);
  assert.equal(history.body.accessLogs[0].username, 'nobody');
});

test('a set that does not answer is told of in words, without its password', async () => {
  const { vault } = harnessed.data;
  const sealedUri = vault.seal(`mongodb://root:hidden@127.0.0.1:${await freePort()}/?replicaSet=r`, 'id');
  const cluster = { _id: 'id', external: { sealedUri }, status: { members: [] } } as unknown as Cluster;
  const notes = {
    members: async () => assert.fail('nothing was found'),
    identity: async () => assert.fail('nothing was found'),
    restarted: async () => assert.fail('nothing was restarted'),
  };
  const bringing = createExternalProvider({ vault, log: pino({ level: 'silent' }) }).bring(
    cluster,
    notes,
    new AbortController().signal,
  );
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
  assert.match(wrongUri('mongodb://a:b@x:27017,y:99999/')!, /port 99999.*1 to 65535/);
  assert.equal(wrongUri('mongodb+srv://a:b@x.example.net'), undefined);
});
