// The most that a database user can have, held against what it must not be able to do: everything by which it would be
// somebody else, or take the cluster from its control plane.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Document, MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { databaseRoles } from '../../contract/database-roles.ts';

const { open } = harness();
const PASSWORD = 'a-good-password';

test('no user of a project reads what mongod keeps of users, or changes users, roles, staff or the set', async () => {
  const house = await open({ running: true });
  const { api, operator } = house;
  const groupId = await newProject(house);
  const group = `/groups/${groupId}`;
  const everything = Object.keys(databaseRoles).map((roleName) => ({
    roleName,
    databaseName: ['readWrite', 'read', 'dbAdmin'].includes(roleName) ? 'shop' : 'admin',
  }));
  const users: Record<string, { roleName: string; databaseName: string }[]> = {
    admin1: [{ roleName: 'atlasAdmin', databaseName: 'admin' }],
    // `backup` may read everything, which is what it is for.
    all: everything.filter(({ roleName }) => roleName !== 'backup'),
  };
  for (const [username, roles] of Object.entries(users)) {
    const body = { username, password: PASSWORD, databaseName: 'admin', roles };
    assert.equal((await api('POST', `${group}/databaseUsers`, body)).status, 201);
  }
  const actions = [{ action: 'FIND', resources: [{ db: 'shop', collection: '' }] }];
  assert.equal((await api('POST', `${group}/customDBRoles/roles`, { roleName: 'clerk', actions })).status, 202);
  const { id, connectionStrings } = await newCluster(house, groupId, 'c');
  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: new Date(Date.now() + 3_600_000) };
  assert.equal((await api('POST', `${group}/clusters/c:grantMongoDBEmployeeAccess`, grant)).status, 204);
  const staff = house.as(await newStaff());
  const session = (await staff('POST', `/api/telamon/v1/staff/clusters/${id}/sessions`)).body;
  const employee = decodeURIComponent(new URL(session.uri.replace('mongodb:', 'http:').replace(/,[^/]*/, '')).username);

  async function newStaff() {
    const made = await operator('POST', '/api/telamon/v1/operator/staff', { name: 'Ann' });
    return { publicKey: made.body.username, privateKey: made.body.password };
  }

  const onAdmin: Document[] = [
    ...['system.users', 'system.roles', 'system.version'].flatMap((it) => [
      { find: it },
      { aggregate: it, pipeline: [], cursor: {} },
      { insert: it, documents: [{ _id: 'shop.me', user: 'me', db: 'shop', roles: [{ role: 'root', db: 'admin' }] }] },
      { update: it, updates: [{ q: {}, u: { $set: { roles: [{ role: 'root', db: 'admin' }] } } }] },
      { delete: it, deletes: [{ q: {}, limit: 0 }] },
      { drop: it },
      { collMod: it, validator: { never: 1 } },
      { aggregate: 1, pipeline: [{ $documents: [{ _id: 1 }] }, { $out: it }], cursor: {} },
      { aggregate: 1, pipeline: [{ $documents: [{ _id: 1 }] }, { $merge: it }], cursor: {} },
      { aggregate: 'x', pipeline: [{ $lookup: { from: it, pipeline: [], as: 'them' } }], cursor: {} },
      { aggregate: 'x', pipeline: [{ $unionWith: it }], cursor: {} },
      { create: `view of ${it}`, viewOn: it, pipeline: [] },
      { renameCollection: `admin.${it}`, to: 'shop.mine' },
      { renameCollection: 'shop.mine', to: `admin.${it}`, dropTarget: true },
      { applyOps: [{ op: 'i', ns: `admin.${it}`, o: { _id: 'shop.me' } }] },
    ]),
    { find: 'system.keys' },
    { usersInfo: employee, showCredentials: true },
    { usersInfo: 1 },
    { usersInfo: 'telamon', showCredentials: true },
    { rolesInfo: 'clerk' },
    ...['admin1', 'all', 'telamon', employee].flatMap((it) => [
      { updateUser: it, pwd: 'mine-from-now-on' },
      { grantRolesToUser: it, roles: ['root'] },
      { revokeRolesFromUser: it, roles: ['atlasAdmin'] },
      { dropUser: it },
    ]),
    ...['clerk', 'telamonStaffInfrastructure'].flatMap((it) => [
      { updateRole: it, privileges: [] },
      { grantPrivilegesToRole: it, privileges: [{ resource: { anyResource: true }, actions: ['anyAction'] }] },
      { dropRole: it },
    ]),
    { createUser: 'me', pwd: 'x', roles: ['root'] },
    { createRole: 'mine', privileges: [], roles: ['root'] },
    { dropAllUsersFromDatabase: 1 },
    { dropAllRolesFromDatabase: 1 },
    { invalidateUserCache: 1 },
    { replSetReconfig: { _id: 'x', version: 99, members: [] } },
    { replSetStepDown: 1 },
    { replSetFreeze: 1 },
    { shutdown: 1 },
    { fsync: 1, lock: true },
    { setParameter: 1, logLevel: 5 },
    { logRotate: 1 },
    { rotateCertificates: 1 },
    { setFeatureCompatibilityVersion: '5.0' },
    { setDefaultRWConcern: 1, defaultWriteConcern: { w: 1 } },
    { setUserWriteBlockMode: 1, global: true },
    { killAllSessions: [] },
    { dropDatabase: 1 },
  ];
  const elsewhere: [string, Document][] = [
    ['shop', { createUser: 'me', pwd: 'x', roles: [] }],
    ['shop', { createRole: 'mine', privileges: [], roles: [] }],
    ['$external', { createUser: 'CN=me', roles: [{ role: 'root', db: 'admin' }] }],
    ['local', { drop: 'oplog.rs' }],
    ['config', { insert: 'settings', documents: [{ _id: 'x' }] }],
    ['config', { drop: 'transactions' }],
    ['shop', { aggregate: 1, pipeline: [{ $currentOp: { allUsers: true, localOps: false } }], cursor: {} }],
  ];
  const admitted: string[] = [];
  for (const username of Object.keys(users)) {
    const client = new MongoClient(connectionStrings.standard, { auth: { username, password: PASSWORD } });
    await client.db('shop').collection('mine').insertOne({});
    for (const [db, command] of [...onAdmin.map((it): [string, Document] => ['admin', it]), ...elsewhere])
      await client
        .db(db)
        .command(command)
        .then(
          () => admitted.push(`${username} ${db} ${JSON.stringify(command)}`),
          // What it may not, or what nobody may: the word for it is another one each time.
          (error) => assert.equal(typeof error.code, 'number', `${JSON.stringify(command)}: ${error}`),
        );
    await client.db('shop').collection('mine').insertOne({});
    await client.close();
  }
  assert.deepEqual(admitted, []);
});
