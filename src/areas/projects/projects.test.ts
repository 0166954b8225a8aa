import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';

const { open } = harness();

test('a project: made, found by id and by name, listed, changed, deleted', async () => {
  const { api, owner } = await open();
  const made = await api('POST', '/groups', {
    name: 'Shop',
    orgId: owner.orgId,
    tags: [{ key: 'env', value: 'test' }],
  });
  assert.equal(made.status, 201);
  const { id } = made.body;
  assert.deepEqual((await api('GET', `/groups/${id}`)).body, made.body);
  assert.equal((await api('GET', '/groups/byName/Shop')).body.id, id);
  assert.equal((await api('GET', '/groups')).body.totalCount, 1);
  assert.equal((await api('GET', `/orgs/${owner.orgId}/groups?name=sh`)).body.totalCount, 1);
  const renamed = await api('PATCH', `/groups/${id}`, { name: 'Shop 2', tags: [] });
  assert.deepEqual([renamed.body.name, renamed.body.tags], ['Shop 2', []]);
  const settings = await api('PATCH', `/groups/${id}/settings`, { isDataExplorerEnabled: false });
  assert.equal(settings.body.isDataExplorerEnabled, false);
  assert.equal(settings.body.isSchemaAdvisorEnabled, true);
  const deleted = await api('DELETE', `/groups/${id}`);
  assert.deepEqual([deleted.status, deleted.body], [202, {}]);
  const gone = await api('GET', `/groups/${id}`);
  assert.deepEqual([gone.status, gone.body.errorCode, gone.body.parameters], [404, 'GROUP_NOT_FOUND', [id]]);
});

test('names are unique within an organization, decided by the store', async () => {
  const { api, owner } = await open();
  const all = await Promise.all(
    Array.from({ length: 5 }, () => api('POST', '/groups', { name: 'one', orgId: owner.orgId })),
  );
  assert.deepEqual(all.map((it) => it.status).sort(), [201, 409, 409, 409, 409]);
  const refused = all.find((it) => it.status === 409)!;
  assert.equal(refused.body.errorCode, 'GROUP_ALREADY_EXISTS');
  const other = await api('POST', '/orgs', { name: 'Other' });
  assert.equal((await api('POST', '/groups', { name: 'one', orgId: other.body.organization.id })).status, 201);
  const twice = await api('GET', '/groups/byName/one');
  assert.deepEqual([twice.status, twice.body.errorCode], [409, 'MULTIPLE_GROUPS']);
});

test('who may not see a project is not told more than that', async () => {
  const { api, as, owner } = await open();
  const group = await api('POST', '/groups', { name: 'mine', orgId: owner.orgId });
  const member = as((await api('POST', `/orgs/${owner.orgId}/apiKeys`, { desc: 'm', roles: ['ORG_MEMBER'] })).body);
  const outside = await member('GET', `/groups/${group.body.id}`);
  assert.deepEqual([outside.status, outside.body.errorCode], [401, 'NOT_IN_GROUP']);
  assert.equal((await member('GET', '/groups')).body.totalCount, 0);
  const low = await member('POST', '/groups', { name: 'new', orgId: owner.orgId });
  assert.deepEqual([low.status, low.body.errorCode], [401, 'NOT_ORG_GROUP_CREATOR']);
  const wrong = await api('GET', '/groups/nonsense');
  assert.deepEqual([wrong.status, wrong.body.errorCode], [404, 'INVALID_GROUP_ID']);
});
