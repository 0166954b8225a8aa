// Which type of grant opens what: every way in against every type, in an organization that restricts its employees and
// in one that does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Db, MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject, replicaSet } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { ADMIN, type Member } from '../clusters/model.ts';
import { type Cluster, uriOf } from '../clusters/questions.ts';
import { grantTypes } from './model.ts';

const shelf = harness();
const own = '/api/telamon/v1/staff';

const admin = (client: MongoClient): Db => client.db('admin');

/** Whoever may not is shown none, and no error. */
async function namesOfDatabases(client: MongoClient): Promise<void> {
  const { databases } = await admin(client).admin().listDatabases();
  if (!databases.some((it) => it.name === 'shop')) throw new Error('not authorized');
}

/** What a session does on the database, and for which types it may; everybody else is refused by mongod itself. */
const acts: [string, (client: MongoClient) => Promise<unknown>, readonly boolean[]][] = [
  // In the order of grantTypes: logs, infrastructure, and with App Services' data.
  ['getLog', (it) => admin(it).command({ getLog: 'global' }), [true, true, true]],
  ['serverStatus', (it) => admin(it).command({ serverStatus: 1 }), [false, true, true]],
  ['replSetGetStatus', (it) => admin(it).command({ replSetGetStatus: 1 }), [false, true, true]],
  ['listDatabases', namesOfDatabases, [false, true, true]],
  ['dbStats', (it) => it.db('shop').command({ dbStats: 1 }), [false, true, true]],
  ['collStats', (it) => it.db('shop').command({ collStats: 'orders' }), [false, true, true]],
  ['sync data', (it) => it.db('__realm_sync').collection('history').findOne(), [false, false, true]],
  ['sync data of an app', (it) => it.db('__realm_sync_app').collection('history').findOne(), [false, false, true]],
  ['writing sync data', (it) => it.db('__realm_sync').collection('history').insertOne({}), [false, false, false]],
  ['data', (it) => it.db('shop').collection('orders').findOne(), [false, false, false]],
  ['counting data', (it) => it.db('shop').command({ count: 'orders' }), [false, false, false]],
  ['writing data', (it) => it.db('shop').collection('orders').insertOne({}), [false, false, false]],
  ['profiled operations', (it) => it.db('shop').collection('system.profile').findOne(), [false, false, false]],
  ['operations that run', (it) => admin(it).command({ currentOp: 1, $all: true }), [false, false, false]],
  ['the oplog', (it) => it.db('local').collection('oplog.rs').findOne(), [false, false, false]],
  ['users', (it) => admin(it).collection('system.users').findOne(), [false, false, false]],
  ['making users', (it) => admin(it).command({ createUser: 'x', pwd: 'x', roles: [] }), [false, false, false]],
  ['shutting down', (it) => admin(it).command({ shutdown: 1 }), [false, false, false]],
  ['parameters', (it) => admin(it).command({ setParameter: 1, logLevel: 1 }), [false, false, false]],
];

const mayDo = (asked: Promise<unknown>): Promise<boolean> =>
  asked.then(
    () => true,
    (error) => {
      assert.match(String(error), /not authorized/);
      return false;
    },
  );

test('each type of grant opens exactly what it says, and none what is in the customer’s data', async (t) => {
  const house = await shelf.open({ running: true });
  const { api, as, operator, owner, state } = house;
  const groupId = await newProject(house);
  const { id } = await newCluster(house, groupId, 'c');
  const at = `/groups/${groupId}/clusters/c`;
  const cluster = (await state.db.collection<Cluster>('clusters').findOne({ groupId }))!;
  const root = new MongoClient(uriOf(cluster, ADMIN, shelf.data.vault.open(cluster.sealed.adminPassword, cluster._id)));
  t.after(() => root.close());
  for (const name of ['shop', '__realm_sync', '__realm_sync_app'])
    await root
      .db(name)
      .collection(name === 'shop' ? 'orders' : 'history')
      .insertOne({ secret: 1 });
  await root.db('shop').command({ profile: 2 });
  const { username, password } = (await operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' })).body;
  const staff = as({ publicKey: username, privateKey: password });
  const members = `${own}/clusters/${id}/members/c-0`;

  const restrict = (restrictEmployeeAccess: boolean) =>
    api('PATCH', `/orgs/${owner.orgId}/settings`, { restrictEmployeeAccess });
  const grant = (grantType: string, expirationTime: string) =>
    api('POST', `${at}:grantMongoDBEmployeeAccess`, { grantType, expirationTime });
  const shown = async () => (await api('GET', at)).body.mongoDBEmployeeAccessGrant;
  /** Over HTTP: log, diagnostics, a command on the host, a restart, a session. */
  const doors = async () => {
    const reads = [
      await staff('GET', `${own}/clusters/${id}/logs/c-0?lines=1`),
      await staff('GET', `${own}/clusters/${id}/diagnostics/c-0`),
      await staff('POST', `${members}/commands`, { command: 'process' }),
      await staff('POST', `${members}:restart`),
    ];
    const state = async () => (await api('GET', at)).body.stateName;
    await until(state, (it) => it === 'IDLE', 60_000);
    const session = await staff('POST', `${own}/clusters/${id}/sessions`);
    return { open: [...reads, session].map((it) => it.status < 300), uri: session.body.uri as string | undefined };
  };

  await restrict(false);
  assert.deepEqual(
    (await doors()).open,
    [true, true, true, true, false],
    'nothing is restricted; a session has no grant',
  );
  await restrict(true);
  assert.deepEqual((await doors()).open, [false, false, false, false, false]);

  const times = { past: '2025-08-01T12:00:00Z', ahead: '2100-01-01T00:00:00Z' };
  for (const [n, grantType] of grantTypes.entries()) {
    assert.equal((await grant(grantType, times.past)).status, 204);
    assert.deepEqual(await shown(), { grantType, expirationTime: times.past }, 'a grant that has passed is shown');
    assert.deepEqual(
      (await doors()).open,
      [false, false, false, false, false],
      `${grantType}, but its time has passed`,
    );
    assert.equal((await grant(grantType, times.ahead)).status, 204, 'a grant is given again without a revocation');
    assert.deepEqual(await shown(), { grantType, expirationTime: times.ahead });
    const { open, uri } = await doors();
    const host = grantType !== 'CLUSTER_DATABASE_LOGS';
    assert.deepEqual(open, [true, host, host, host, true], grantType);
    const client = new MongoClient(uri!);
    t.after(() => client.close());
    for (const [what, act, may] of acts) assert.equal(await mayDo(act(client)), may[n], `${grantType}: ${what}`);
  }

  for (let n = 0; n < 2; n++) {
    const revoked = await api('POST', `${at}:revokeMongoDBEmployeeAccess`);
    assert.equal(revoked.status, 204, 'revoking what is not granted is no error: Terraform would stop at a 404');
    assert.ok(!(await shown()));
  }
  assert.deepEqual((await doors()).open, [false, false, false, false, false]);
  const left = await admin(root).command({ usersInfo: { forAllDBs: true } });
  assert.deepEqual(
    left.users.filter((it: { user: string }) => it.user.startsWith('mongodb-employee')),
    [],
  );
});

test('a command tells what it is asked, and nothing that comes from outside reaches a shell', async () => {
  const house = await shelf.open({ running: true });
  const groupId = await newProject(house);
  const { id } = await newCluster(house, groupId, 'c');
  await house.api('PATCH', `/orgs/${house.owner.orgId}/settings`, { restrictEmployeeAccess: false });
  const made = (await house.operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' })).body;
  const staff = house.as({ publicKey: made.username, privateKey: made.password });
  const ask = (body: object, member = 'c-0') => staff('POST', `${own}/clusters/${id}/members/${member}/commands`, body);
  const { body } = await ask({ command: 'process' });
  assert.match(body.output, /mongod.*--dbpath/);
  const said = { disk: /Filesystem/, files: /WiredTiger/, kernel: /Linux/, load: /load average/ };
  for (const [command, output] of Object.entries(said)) assert.match((await ask({ command })).body.output, output);
  const wrong: [object, string, number, string][] = [
    [{ command: 'rm' }, 'c-0', 400, 'INVALID_ENUM_VALUE'],
    [{ command: 'disk', args: ['/'] }, 'c-0', 400, 'INVALID_ATTRIBUTE'],
    [{}, 'c-0', 400, 'MISSING_ATTRIBUTE'],
    [{ command: 'disk' }, '..%2Fc-0', 404, 'RESOURCE_NOT_FOUND'],
    [{ command: 'disk' }, 'c-9', 404, 'RESOURCE_NOT_FOUND'],
  ];
  for (const [asked, member, status, code] of wrong) {
    const answer = await ask(asked, member);
    assert.deepEqual([answer.status, answer.body.errorCode], [status, code], JSON.stringify(asked));
  }
});

test('a member is restarted by hand, once, and the primary gives its place away first', async () => {
  const house = await shelf.open({ running: true });
  const groupId = await newProject(house);
  const { id } = await newCluster(house, groupId, 'c', 3);
  const made = (await house.operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' })).body;
  await house.api('PATCH', `/orgs/${house.owner.orgId}/settings`, { restrictEmployeeAccess: false });
  const staff = house.as({ publicKey: made.username, privateKey: made.password });
  const members = `${own}/clusters/${id}/members`;
  const pids = () =>
    Promise.all(
      ['c-0', 'c-1', 'c-2'].map(async (it) => {
        const { output } = (await staff('POST', `${members}/${it}/commands`, { command: 'process' })).body;
        return /^ *(\d+) /m.exec(output)?.[1];
      }),
    );
  const before = await pids();
  assert.equal((await staff('POST', `${members}/c-0:restart`)).status, 202);
  const again = await staff('POST', `${members}/c-0:restart`);
  assert.deepEqual(
    [again.status, again.body.errorCode],
    [400, 'CLUSTER_RESTART_INVALID'],
    'one change after the other',
  );
  const state = async () => (await house.api('GET', `/groups/${groupId}/clusters/c`)).body.stateName;
  await until(state, (it) => it === 'IDLE', 60_000);
  const after = await pids();
  assert.ok(before.every(Boolean) && after.every(Boolean), JSON.stringify([before, after]));
  assert.deepEqual([after[0] === before[0], after[1] === before[1], after[2] === before[2]], [false, true, true]);
  const stored = await house.state.db.collection<Cluster>('clusters').findOne({ groupId });
  assert.deepEqual(stored!.restarts, []);
});

// What was restarted under a migration lost it the connections that it wrote by.
test('a member of a cluster that a live migration fills is not restarted by hand', async () => {
  const house = await shelf.open();
  const { state, api, as, operator, owner } = house;
  const groupId = await newProject(house);
  const made = (await api('POST', `/groups/${groupId}/clusters`, replicaSet('c', 1))).body;
  const member = { name: 'c-0', port: 1 };
  const clusters = state.db.collection<Cluster>('clusters');
  await clusters.updateOne(
    { _id: made.id },
    { $set: { 'status.state': 'IDLE', 'status.members': [member as Member] } },
  );
  await api('PATCH', `/orgs/${owner.orgId}/settings`, { restrictEmployeeAccess: false });
  const { username, password } = (await operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' })).body;
  const staff = as({ publicKey: username, privateKey: password });
  const restart = async () => {
    const { status, body } = await staff('POST', `${own}/clusters/${made.id}/members/c-0:restart`);
    return [status, body?.errorCode];
  };
  const seen = () => clusters.findOne({ _id: made.id });
  const jobs = state.db.collection('migrationJobs');
  const before = await seen();
  await jobs.insertOne({ clusterId: made.id, groupId, active: true, status: 'WORKING' });
  assert.deepEqual(await restart(), [409, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT']);
  assert.deepEqual(await seen(), before);
  await jobs.updateMany({}, { $set: { status: 'COMPLETE' }, $unset: { active: '' } });
  assert.deepEqual(await restart(), [202, undefined]);
  assert.deepEqual((await seen())!.restarts, ['c-0']);
});
