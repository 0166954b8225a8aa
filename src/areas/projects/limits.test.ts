import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { replicaSet } from '../../../testing/places.ts';

const { open } = harness();

test('limits: what everybody has, what a project is given, and what cannot be given', async () => {
  const { api, owner } = await open();
  const { id } = (await api('POST', '/groups', { name: 'p', orgId: owner.orgId })).body;
  const limits = `/groups/${id}/limits`;
  const all = (await api('GET', limits)).body;
  assert.deepEqual(all[0], {
    ...{ name: 'atlas.project.deployment.clusters', currentUsage: 0 },
    ...{ value: 25, defaultLimit: 25, maximumLimit: 100 },
  });
  const users = `${limits}/atlas.project.security.databaseAccess.customRoles`;
  assert.equal((await api('PATCH', users, { value: 200 })).body.value, 200);
  assert.equal((await api('PATCH', users, { value: 300 })).body.value, 300);
  assert.equal((await api('GET', users)).body.value, 300);
  for (const [path, value, status] of [
    [users, 1_401, 400],
    [users, -1, 400],
    [`${limits}/atlas.project.nothing`, 1, 404],
  ] as const)
    assert.equal((await api('PATCH', path, { value })).status, status, `${path} ${value}`);
  assert.equal((await api('DELETE', users)).status, 204);
  assert.equal((await api('GET', users)).body.value, 100);
});

test('a project gets no more than its limits', async () => {
  const { api, owner } = await open();
  const { id } = (await api('POST', '/groups', { name: 'p', orgId: owner.orgId })).body;
  const set = (name: string, value: number) => api('PATCH', `/groups/${id}/limits/atlas.project.${name}`, { value });
  await set('deployment.clusters', 1);
  await set('security.databaseAccess.users', 1);
  await set('security.databaseAccess.customRoles', 1);
  const roles = [{ databaseName: 'admin', roleName: 'readAnyDatabase' }];
  const user = (username: string) => ({ username, databaseName: 'admin', password: 'long-enough', roles });
  const role = (roleName: string) => ({
    roleName,
    actions: [{ action: 'FIND', resources: [{ db: 'a', collection: '' }] }],
  });
  for (const [path, of, code] of [
    ['clusters', (name: string) => replicaSet(name, 1), 'VALIDATION_ERROR'],
    ['databaseUsers', user, 'GROUP_USERS_LIMIT_EXCEEDED'],
    ['customDBRoles/roles', role, 'CUSTOM_ROLES_LIMIT_EXCEEDED'],
  ] as const) {
    const first = await api('POST', `/groups/${id}/${path}`, of('one'));
    assert.ok(first.status < 300, JSON.stringify(first.body));
    assert.equal((await api('POST', `/groups/${id}/${path}`, of('two'))).body.errorCode, code, path);
  }
});
