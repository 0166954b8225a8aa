import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { ADMIN } from '../clusters/model.ts';
import { type Cluster, uriOf } from '../clusters/questions.ts';

const shelf = harness();
const { open } = shelf;
const PASSWORD = 'a-good-password';

let now = Date.now();
const clock = { now: () => new Date(now) };
let shared: Promise<{ house: TestHouse; groupId: string; uri: string }> | undefined;

/** One cluster for all tests of this file; each makes its own users. */
const place = () => {
  shared ??= (async () => {
    const house = await open({ running: true, clock });
    const groupId = await newProject(house);
    const cluster = await newCluster(house, groupId, 'c');
    return { house, groupId, uri: cluster.connectionStrings.standard };
  })();
  return shared;
};

async function idle({ api }: TestHouse, groupId: string): Promise<void> {
  const state = async () => (await api('GET', `/groups/${groupId}/clusters/c`)).body.stateName;
  await until(state, (it) => it === 'IDLE');
}

async function newUser(username: string, more: object = {}) {
  const { house, groupId, uri } = await place();
  const roles = [{ roleName: 'readWriteAnyDatabase', databaseName: 'admin' }];
  const body = { username, password: PASSWORD, databaseName: 'admin', roles, ...more };
  const made = await house.api('POST', `/groups/${groupId}/databaseUsers`, body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await idle(house, groupId);
  return { house, groupId, uri, path: `/groups/${groupId}/databaseUsers/admin/${username}` };
}

/** A client of that user from that address of this machine. */
const clientOf = (uri: string, username: string, from = '127.0.0.1', password = PASSWORD) =>
  new MongoClient(uri, {
    auth: { username, password },
    authSource: 'admin',
    localAddress: from,
    serverSelectionTimeoutMS: 30_000,
  });

async function getsIn(uri: string, username: string, from?: string, password?: string): Promise<boolean> {
  const client = clientOf(uri, username, from, password);
  try {
    await client.db('x').collection('c').countDocuments();
    return true;
  } catch (error) {
    // A user may go in the middle of the login that proves it: mongod then misses it at the first command, or has
    // already forgotten that anybody had logged in.
    assert.match(String(error), /Authentication failed|Could not find user|requires authentication/);
    return false;
  } finally {
    await client.close();
  }
}

const add = async ({ api }: TestHouse, groupId: string, ...entries: object[]) =>
  assert.equal((await api('POST', `/groups/${groupId}/accessList`, entries)).status, 201);
/** Whatever became of a test, the next one finds the list empty. */
async function clear(): Promise<void> {
  const { house, groupId } = await place();
  const { results } = (await house.api('GET', `/groups/${groupId}/accessList`)).body;
  for (const { cidrBlock } of results) await remove(house, groupId, cidrBlock);
}
afterEach(clear);
const remove = async ({ api }: TestHouse, groupId: string, entry: string) =>
  assert.equal((await api('DELETE', `/groups/${groupId}/accessList/${encodeURIComponent(entry)}`)).status, 204);

test('mongod itself refuses whoever does not come from the access list, and ends what was open', async () => {
  const { house, groupId, uri } = await newUser('ann');
  assert.ok(await getsIn(uri, 'ann', '127.0.0.3'), 'an empty list lets this machine in');

  await add(house, groupId, { ipAddress: '127.0.0.2' }, { cidrBlock: '127.0.1.0/24', comment: 'office' });
  await idle(house, groupId);
  const seen = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.1.1', '127.0.1.254', '127.0.2.1'];
  const inside = [];
  for (const from of seen) if (await getsIn(uri, 'ann', from)) inside.push(from);
  assert.deepEqual(inside, ['127.0.0.2', '127.0.1.1', '127.0.1.254']);

  const client = clientOf(uri, 'ann', '127.0.0.2');
  const documents = client.db('x').collection('c');
  await documents.insertMany([{}, {}, {}, {}]);
  const cursor = documents.find({}, { batchSize: 2 });
  await cursor.next();
  await remove(house, groupId, '127.0.0.2');
  await idle(house, groupId);
  await assert.rejects(documents.insertOne({}), /requires authentication|not authorized/);
  await assert.rejects(cursor.toArray(), /requires authentication|not authorized/);
  await client.close();

  await remove(house, groupId, '127.0.1.0/24');
  await idle(house, groupId);
  assert.ok(await getsIn(uri, 'ann'));
});

test('an entry and a user that expire end by themselves', async () => {
  const { house, groupId, uri } = await newUser('ben', { deleteAfterDate: new Date(now + 7_200_000) });
  const deleteAfterDate = new Date(now + 3_600_000);
  await add(house, groupId, { ipAddress: '127.0.0.2', deleteAfterDate }, { ipAddress: '127.0.0.9' });
  await idle(house, groupId);
  assert.deepEqual([await getsIn(uri, 'ben', '127.0.0.2'), await getsIn(uri, 'ben', '127.0.0.1')], [true, false]);
  now += 3_600_001;
  const left = await house.api('GET', `/groups/${groupId}/accessList`);
  assert.deepEqual([left.body.totalCount, left.body.results[0].ipAddress], [1, '127.0.0.9']);
  await until(
    () => getsIn(uri, 'ben', '127.0.0.2'),
    (it) => !it,
    15_000,
  );
  assert.ok(await getsIn(uri, 'ben', '127.0.0.9'));
  now += 3_600_001;
  assert.equal((await house.api('GET', `/groups/${groupId}/databaseUsers/admin/ben`)).status, 404);
  await until(
    () => getsIn(uri, 'ben', '127.0.0.9'),
    (it) => !it,
    15_000,
  );
  await remove(house, groupId, '127.0.0.9');
});

test('a change shows as UPDATING until every cluster has it, and only the new password opens', async () => {
  const { house, groupId, uri, path } = await newUser('cleo');
  const change = await house.api('PATCH', path, { password: 'another-password' });
  assert.equal(change.status, 200);
  assert.equal((await house.api('GET', `/groups/${groupId}/clusters/c`)).body.stateName, 'UPDATING');
  await idle(house, groupId);
  assert.equal(await getsIn(uri, 'cleo', '127.0.0.1', PASSWORD), false);
  assert.equal(await getsIn(uri, 'cleo', '127.0.0.1', 'another-password'), true);
  const elsewhere = { scopes: [{ name: 'another-cluster', type: 'CLUSTER' }] };
  assert.equal((await house.api('PATCH', path, elsewhere)).status, 200);
  await idle(house, groupId);
  assert.equal(await getsIn(uri, 'cleo', '127.0.0.1', 'another-password'), false);
});

test('a custom role gives exactly its actions, and a role on a collection no more than that', async () => {
  const { house, groupId } = await place();
  const roles = `/groups/${groupId}/customDBRoles/roles`;
  const actions = [{ action: 'FIND', resources: [{ cluster: false, db: 'shop', collection: 'orders' }] }];
  const made = await house.api('POST', roles, { roleName: 'clerk', actions, inheritedRoles: [] });
  assert.equal(made.status, 202, JSON.stringify(made.body));
  const { uri } = await newUser('dan', {
    roles: [
      { roleName: 'clerk', databaseName: 'admin' },
      { roleName: 'readWrite', databaseName: 'shop', collectionName: 'notes' },
    ],
  });
  const client = clientOf(uri, 'dan');
  const shop = client.db('shop');
  await shop.collection('orders').findOne();
  await shop.collection('notes').insertOne({});
  await assert.rejects(shop.collection('orders').insertOne({}), /not authorized/);
  await assert.rejects(shop.collection('bills').findOne(), /not authorized/);
  const wider = [{ action: 'FIND', resources: [{ db: 'shop', collection: '' }] }];
  assert.equal((await house.api('PATCH', `${roles}/clerk`, { actions: wider })).status, 200);
  await idle(house, groupId);
  await shop.collection('bills').findOne();
  // The only role of nobody: it goes, and with it what it gave.
  assert.equal((await house.api('DELETE', `${roles}/clerk`)).status, 204);
  await idle(house, groupId);
  await assert.rejects(shop.collection('orders').findOne(), /not authorized/);
  await shop.collection('notes').findOne();
  await client.close();
});

test('what somebody changes by hand on a cluster is put right again', async () => {
  const { house, groupId, uri } = await newUser('eva', { roles: [{ roleName: 'read', databaseName: 'x' }] });
  await newUser('fred');
  const cluster = await house.state.db.collection<Cluster>('clusters').findOne({ groupId });
  const password = shelf.data.vault.open(cluster!.sealed.adminPassword, cluster!._id);
  const root = new MongoClient(uriOf(cluster!, ADMIN, password));
  const admin = root.db('admin');
  await admin.command({ updateUser: 'eva', pwd: 'known-to-me', roles: ['root'], customData: {} });
  await admin.command({ dropUser: 'fred' });
  await until(
    () => getsIn(uri, 'eva'),
    (it) => it,
    20_000,
  );
  await until(
    () => getsIn(uri, 'fred'),
    (it) => it,
    20_000,
  );
  assert.equal(await getsIn(uri, 'eva', '127.0.0.1', 'known-to-me'), false);
  const { users } = await admin.command({ usersInfo: 'eva' });
  assert.deepEqual(users[0].roles, [{ role: 'read', db: 'x' }]);
  await root.close();
});
