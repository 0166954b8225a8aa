import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

const { open } = harness();
const admin = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
const base = { username: 'ann', password: 'a-good-password', databaseName: 'admin', roles: admin };

async function setUp() {
  const house = await open();
  const groupId = await newProject(house);
  const users = `/groups/${groupId}/databaseUsers`;
  const roles = `/groups/${groupId}/customDBRoles/roles`;
  return { ...house, groupId, users, roles, post: (body: object) => house.api('POST', users, body) };
}

test('a user is shown as Atlas shows it, and never with its password', async () => {
  const { api, groupId, users, post } = await setUp();
  const none = { awsIAMType: 'NONE', ldapAuthType: 'NONE', oidcAuthType: 'NONE', x509Type: 'NONE' };
  const made = await post({ ...base, ...none, groupId, scopes: [], labels: null });
  assert.equal(made.status, 201);
  const { links, ...shown } = made.body;
  assert.deepEqual(shown, {
    ...none,
    databaseName: 'admin',
    groupId,
    labels: [],
    roles: admin,
    scopes: [],
    username: 'ann',
  });
  assert.match(links[0].href, new RegExp(`${users}/admin/ann$`));
  // As the Atlas CLI sends a change: with what names the user, and NONE whatever it is.
  const change = { databaseName: 'admin', groupId, password: 'another-password', username: 'ann', x509Type: 'NONE' };
  const scopes = [{ name: 'c', type: 'CLUSTER' }];
  const changed = await api('PATCH', `${users}/admin/ann`, { ...change, scopes });
  assert.deepEqual([changed.status, changed.body.roles, changed.body.scopes], [200, admin, scopes]);
  assert.equal((await api('DELETE', `${users}/admin/ann`)).status, 204);
  assert.equal((await api('GET', `${users}/admin/ann`)).body.errorCode, 'USERNAME_NOT_FOUND');
});

test('users who log in otherwise are kept where Atlas keeps them', async () => {
  const { api, users, post } = await setUp();
  const idp = 'd0123456789abcdef012345d';
  const kinds: [object, string, string][] = [
    [{ oidcAuthType: 'IDP_GROUP' }, 'admin', `${idp}/people`],
    [{ oidcAuthType: 'USER' }, '$external', `${idp}/job`],
    [{ awsIAMType: 'ROLE' }, '$external', 'arn:aws:iam::358363220050:role/reader'],
    [{ ldapAuthType: 'USER' }, '$external', 'CN=ann,OU=users,DC=example,DC=com'],
    [{ x509Type: 'CUSTOMER' }, '$external', 'CN=ben,OU=users,DC=example,DC=com'],
    [{ x509Type: 'MANAGED' }, '$external', 'cleo'],
  ];
  for (const [kind, databaseName, username] of kinds) {
    const made = await post({ ...kind, databaseName, username, roles: admin });
    assert.equal(made.status, 201, JSON.stringify([kind, made.body]));
    const path = `${users}/${databaseName}/${encodeURIComponent(username)}`;
    const { body } = await api('GET', path);
    assert.equal(body.username, username);
    for (const [name, value] of Object.entries(kind)) assert.equal(body[name], value);
    assert.ok(body.links[0].href.endsWith(path), body.links[0].href);
    const wrongPlace = await post({
      ...kind,
      databaseName: databaseName === 'admin' ? '$external' : 'admin',
      username,
      roles: admin,
    });
    assert.match(wrongPlace.body.errorCode, /^DATABASE_NAME_INVALID/);
    const other = await api('PATCH', path, { x509Type: 'CUSTOMER', awsIAMType: 'USER' });
    assert.deepEqual([other.status, other.body.errorCode], [409, 'AUTH_TYPE_CANNOT_BE_CHANGED']);
    assert.equal((await api('DELETE', path)).status, 204);
  }
});

test('what is wrong with a user is told by its name', async () => {
  const { api, users, post } = await setUp();
  const role = (roleName: string, databaseName = 'admin', more = {}) => ({
    roles: [{ roleName, databaseName, ...more }],
  });
  const wrong: [object, number, string][] = [
    [{ roles: [] }, 400, 'VALIDATION_ERROR'],
    [role('nothing'), 400, 'ATLAS_INVALID_ROLE'],
    [role('root'), 400, 'ATLAS_RESTRICTED_ROLE'],
    [role('atlasAdmin', 'x'), 400, 'ATLAS_INVALID_ROLE_DATABASE'],
    [role('dbAdmin', 'x', { collectionName: 'c' }), 400, 'VALIDATION_ERROR'],
    [{ roles: [...admin, ...admin] }, 400, 'DUPLICATE_DATABASE_ROLES'],
    [{ username: 'mongodb-employee1' }, 400, 'BLOCKED_USERNAME'],
    [{ username: 'telamon' }, 400, 'BLOCKED_USERNAME'],
    [{ password: undefined }, 400, 'MISSING_ATTRIBUTE'],
    [{ password: 'short' }, 400, 'VALIDATION_ERROR'],
    [{ password: 'with a \u0007 bell' }, 400, 'VALIDATION_ERROR'],
    [role('read', 'a.b'), 400, 'VALIDATION_ERROR'],
    [role('read', 'x', { collectionName: '$c' }), 400, 'VALIDATION_ERROR'],
    [{ x509Type: 'MANAGED', databaseName: '$external' }, 400, 'ATLAS_INVALID_AUTH_SETTINGS'],
    [{ x509Type: 'MANAGED', ldapAuthType: 'USER' }, 400, 'ATLAS_INVALID_AUTH_SETTINGS'],
    [{ awsIAMType: 'USER', databaseName: '$external', password: undefined }, 400, 'ATLAS_INVALID_USERNAME'],
    [{ awsIAMType: 'SOME' }, 400, 'INVALID_ENUM_VALUE'],
    // A leap second, which is none that a server's clock can tell.
    [{ deleteAfterDate: '2016-12-31T23:59:60Z' }, 400, 'INVALID_JSON_ATTRIBUTE'],
    [{ deleteAfterDate: '2020-01-01T00:00:00Z' }, 400, 'EXPIRATION_DATE_IN_PAST'],
    [{ deleteAfterDate: '2099-01-01T00:00:00Z' }, 400, 'EXPIRATION_DATE_EXCEEDS_MAX'],
    [{ nickname: 'a' }, 400, 'INVALID_ATTRIBUTE'],
  ];
  for (const [change, status, code] of wrong) {
    const answer = await post({ ...base, ...change });
    assert.deepEqual([answer.status, answer.body.errorCode], [status, code], JSON.stringify([change, answer.body]));
  }
  assert.equal((await api('GET', users)).body.totalCount, 0);
  await post(base);
  const changes: [object, number, string][] = [
    [{ username: 'ben' }, 409, 'DATABASE_USERNAME_CANNOT_BE_CHANGED'],
    [{ databaseName: '$external' }, 409, 'DATABASE_NAME_CANNOT_BE_CHANGED'],
    [{ roles: [] }, 400, 'VALIDATION_ERROR'],
  ];
  for (const [change, status, code] of changes) {
    const answer = await api('PATCH', `${users}/admin/ann`, change);
    assert.deepEqual([answer.status, answer.body.errorCode], [status, code], JSON.stringify(change));
  }
  assert.equal((await post(base)).body.errorCode, 'USER_ALREADY_EXISTS');
});

test('custom roles as the Atlas CLI sends them; one in use stays', async () => {
  const { api, roles, post } = await setUp();
  const role = {
    actions: [
      { action: 'UPDATE', resources: [{ cluster: false, collection: 'collection', db: 'db' }] },
      { action: 'LIST_SESSIONS', resources: [{ cluster: true, collection: '', db: '' }] },
    ],
    inheritedRoles: [
      { db: 'mydb', role: 'read' },
      { db: 'admin', role: 'enableSharding' },
    ],
    roleName: 'clerk',
  };
  const made = await api('POST', roles, role);
  assert.equal(made.status, 202);
  assert.deepEqual(made.body, {
    actions: [
      { action: 'UPDATE', resources: [{ collection: 'collection', db: 'db' }] },
      { action: 'LIST_SESSIONS', resources: [{ cluster: true }] },
    ],
    inheritedRoles: [
      { db: 'admin', role: 'enableSharding' },
      { db: 'mydb', role: 'read' },
    ],
    roleName: 'clerk',
  });
  assert.deepEqual((await api('GET', roles)).body, [made.body]);
  assert.equal((await api('POST', roles, role)).body.errorCode, 'ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS');
  const heir = { roleName: 'heir', inheritedRoles: [{ role: 'clerk', db: 'admin' }] };
  assert.equal((await api('POST', roles, heir)).status, 202);
  const wrong: [object, string][] = [
    [{ roleName: 'a' }, 'ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS'],
    [{ roleName: 'a', actions: [{ action: 'FLY', resources: [] }] }, 'INVALID_ENUM_VALUE'],
    [{ ...role, roleName: 'atlasAdmin' }, 'VALIDATION_ERROR'],
    [{ ...role, roleName: 'a b' }, 'VALIDATION_ERROR'],
    // mongod would refuse each of these, and all that is to come to its cluster after them would wait for ever.
    ...['root', '__system', 'directShardOperations'].map((roleName): [object, string] => [
      { ...role, roleName },
      'VALIDATION_ERROR',
    ]),
    ...[{ db: 'a.b' }, { db: 'é'.repeat(32) }, { db: 'a', collection: 'b$c' }].map((it): [object, string] => [
      { roleName: 'a', actions: [{ action: 'FIND', resources: [it] }] },
      'VALIDATION_ERROR',
    ]),
    [{ roleName: 'a', inheritedRoles: [{ role: 'read', db: 'a b' }] }, 'VALIDATION_ERROR'],
    [{ roleName: 'a', inheritedRoles: [{ role: 'root', db: 'admin' }] }, 'ATLAS_RESTRICTED_ROLE'],
    [{ roleName: 'a', inheritedRoles: [{ role: 'unknown', db: 'admin' }] }, 'ATLAS_INVALID_ROLE'],
  ];
  for (const [body, code] of wrong) assert.equal((await api('POST', roles, body)).body.errorCode, code);
  const circle = await api('PATCH', `${roles}/clerk`, { inheritedRoles: [{ role: 'heir', db: 'admin' }] });
  assert.match(circle.body.detail, /inherit from itself/);
  assert.equal((await api('DELETE', `${roles}/clerk`)).body.errorCode, 'ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS');
  assert.equal((await api('DELETE', `${roles}/heir`)).status, 204);
  await post({ ...base, roles: [{ roleName: 'clerk', databaseName: 'admin' }] });
  const used = await api('DELETE', `${roles}/clerk`);
  assert.deepEqual(
    [used.status, used.body.errorCode, used.body.parameters],
    [409, 'ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS', ['ann']],
  );
});
