import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';

const { open } = harness();

test('a key: its private half is shown once, it works until it is deleted', async () => {
  const { api, as, owner, state } = await open();
  const path = `/orgs/${owner.orgId}/apiKeys`;
  const made = await api('POST', path, { desc: 'ci', roles: ['ORG_READ_ONLY'] });
  assert.equal(made.status, 200);
  const { id, privateKey, publicKey } = made.body;
  const key = as(made.body);
  assert.equal((await key('GET', `/orgs/${owner.orgId}`)).status, 200);
  const seen = (await api('GET', `${path}/${id}`)).body;
  assert.equal(seen.privateKey, `********-****-****-${privateKey.slice(-12)}`);
  assert.equal(JSON.stringify(await state.db.collection('apiKeys').find().toArray()).includes(privateKey), false);
  const low = await key('POST', path, { desc: 'more', roles: ['ORG_OWNER'] });
  assert.deepEqual([low.status, low.body.errorCode], [401, 'USER_UNAUTHORIZED']);
  const raised = await api('PATCH', `${path}/${id}`, { roles: ['ORG_OWNER'] });
  assert.deepEqual(raised.body.roles, [{ orgId: owner.orgId, roleName: 'ORG_OWNER' }]);
  assert.equal((await key('POST', path, { desc: 'more', roles: ['ORG_MEMBER'] })).status, 200);
  assert.equal((await api('DELETE', `${path}/${id}`)).status, 204);
  assert.equal((await key('GET', '/orgs')).status, 401);
  assert.equal((await as({ publicKey, privateKey: 'wrong' })('GET', '/orgs')).status, 401);
  const gone = await api('GET', `${path}/${id}`);
  assert.deepEqual([gone.status, gone.body.errorCode], [404, 'API_KEY_NOT_FOUND']);
});

test('what is no role is named as Atlas names it', async () => {
  const { api, owner } = await open();
  const org = `/orgs/${owner.orgId}/apiKeys`;
  const { id } = (await api('POST', '/groups', { name: 'p', orgId: owner.orgId })).body;
  for (const path of [org, `/groups/${id}/apiKeys`]) {
    const { status, body } = await api('POST', path, { desc: 'd', roles: ['KI%sNG'] });
    assert.deepEqual([status, body.errorCode, body.parameters], [400, 'BAD_REQUEST', []]);
    const description = "Invalid role name 'KI%sNG'. Must be a valid Role name.";
    assert.deepEqual(body.badRequestDetail, { fields: [{ description, field: '_roles' }] });
  }
  const other = await api('POST', org, { desc: 'd', roles: [7] });
  assert.deepEqual([other.body.errorCode, 'badRequestDetail' in other.body], ['INVALID_JSON_ATTRIBUTE', false]);
});
