import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';

const { open } = harness();

test('an organization is made, seen, renamed and deleted; its keys, accounts and roles go with it', async () => {
  const { api, as } = await open();
  const made = await api('POST', '/orgs', { name: 'Acme', apiKey: { desc: 'first', roles: ['ORG_OWNER'] } });
  assert.equal(made.status, 201);
  const { id } = made.body.organization;
  const inside = as(made.body.apiKey);
  const account = await inside('POST', `/orgs/${id}/serviceAccounts`, {
    name: 'reader',
    description: 'reads',
    roles: ['ORG_READ_ONLY'],
    secretExpiresAfterHours: 8,
  });
  assert.equal(account.status, 201);
  const renamed = await inside('PATCH', `/orgs/${id}`, { name: 'Acme & Söhne' });
  assert.equal(renamed.body.name, 'Acme & Söhne');
  assert.deepEqual(
    (await api('GET', '/orgs')).body.results.map((it: { name: string }) => it.name),
    ['My Organization', 'Acme & Söhne'],
  );
  assert.equal((await inside('DELETE', `/orgs/${id}`)).status, 204);
  assert.equal((await inside('GET', '/orgs')).status, 401);
  const gone = await api('GET', `/orgs/${id}`);
  assert.deepEqual([gone.status, gone.body.errorCode], [404, 'ORG_NOT_FOUND']);
  assert.equal((await api('GET', '/orgs')).body.totalCount, 1);
});

test('a refused deletion changes nothing: projects, unsettled billing', async () => {
  const { api, operator, owner } = await open();
  const org = `/orgs/${owner.orgId}`;
  const group = await api('POST', '/groups', { name: 'p', orgId: owner.orgId });
  const full = await api('DELETE', org);
  assert.deepEqual([full.status, full.body.errorCode], [409, 'ORG_NOT_EMPTY']);
  assert.equal((await api('GET', `/groups/${group.body.id}`)).status, 200);
  assert.equal((await api('DELETE', `/groups/${group.body.id}`)).status, 202);
  const billing = `/api/telamon/v1/operator${org}/billing`;
  assert.equal((await operator('PATCH', billing, { unsettled: true })).status, 200);
  const unpaid = await api('DELETE', org);
  assert.deepEqual([unpaid.status, unpaid.body.errorCode], [402, 'NO_PAYMENT_INFORMATION_FOUND']);
  assert.equal((await api('GET', org)).status, 200);
  assert.equal((await api('PATCH', billing, { unsettled: false })).status, 401);
  await operator('PATCH', billing, { unsettled: false });
  assert.equal((await api('DELETE', org)).status, 204);
});

test('a project and the deletion of its organization exclude each other', async () => {
  const { api, state } = await open();
  for (let round = 0; round < 10; round++) {
    const made = await api('POST', '/orgs', { name: `Race ${round}` });
    const orgId = made.body.organization.id;
    const [group, gone] = await Promise.all([
      api('POST', '/groups', { name: 'p', orgId }),
      api('DELETE', `/orgs/${orgId}`),
    ]);
    assert.ok(
      [group.status === 201, gone.status === 204].filter(Boolean).length === 1,
      `${group.status} ${gone.status}`,
    );
    const [orgs, projects] = await Promise.all([
      state.db.collection('organizations').countDocuments({ _id: orgId }),
      state.db.collection('projects').countDocuments({ orgId }),
    ]);
    assert.equal(orgs, projects);
  }
});

test('bad input names the attribute and makes nothing', async () => {
  const { api } = await open();
  const cases: [unknown, number, string][] = [
    [{}, 400, 'MISSING_ATTRIBUTE'],
    [{ name: '' }, 400, 'INVALID_ORG_NAME'],
    [{ name: 'a'.repeat(65) }, 400, 'INVALID_ORG_NAME'],
    [{ name: 'a<b' }, 400, 'INVALID_ORG_NAME'],
    [{ name: 7 }, 400, 'INVALID_JSON_ATTRIBUTE'],
    [{ name: 'A', colour: 'red' }, 400, 'INVALID_ATTRIBUTE'],
    [{ name: 'A', apiKey: { desc: 'd', roles: ['KING'] } }, 400, 'INVALID_ENUM_VALUE'],
    [[], 400, 'INVALID_JSON'],
  ];
  for (const [body, status, code] of cases) {
    const answer = await api('POST', '/orgs', body);
    assert.deepEqual([answer.status, answer.body.errorCode], [status, code], JSON.stringify(body));
  }
  assert.equal((await api('GET', '/orgs')).body.totalCount, 1);
});

test('settings merge, and a stranger sees nothing of them', async () => {
  const { api, as, owner } = await open();
  const settings = `/orgs/${owner.orgId}/settings`;
  const changed = await api('PATCH', settings, { restrictEmployeeAccess: true });
  assert.equal(changed.body.restrictEmployeeAccess, true);
  assert.equal(changed.body.genAIFeaturesEnabled, true);
  const other = await api('POST', '/orgs', { name: 'Other', apiKey: { desc: 'o', roles: ['ORG_OWNER'] } });
  const stranger = await as(other.body.apiKey)('GET', settings);
  assert.deepEqual([stranger.status, stranger.body.errorCode], [401, 'USER_CANNOT_ACCESS_ORG']);
});

test('contacts and timeouts are set and taken away; secrets live no longer than their organization lets them', async () => {
  const { api, owner } = await open();
  const settings = `/orgs/${owner.orgId}/settings`;
  const wanted = {
    securityContact: 'security@example.com',
    operationsContact: 'operations@example.com',
    maxServiceAccountSecretValidityInHours: 24,
    customSessionTimeouts: { absoluteSessionTimeoutInSeconds: 3600, idleSessionTimeoutInSeconds: null },
  };
  const set = (await api('PATCH', settings, wanted)).body;
  assert.deepEqual({ ...set, ...wanted }, set);
  const account = { name: 'a', description: 'a', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 25 };
  const tooLong = await api('POST', `/orgs/${owner.orgId}/serviceAccounts`, account);
  assert.match(tooLong.body.detail, /secretExpiresAfterHours must be at most 24/);
  const gone = { securityContact: '', operationsContact: null, customSessionTimeouts: null };
  const left = (await api('PATCH', settings, gone)).body;
  for (const name of Object.keys(gone)) assert.equal(Object.hasOwn(left, name), false, name);
  for (const wrong of [
    { securityContact: 'nobody' },
    { operationsContact: '' },
    { maxServiceAccountSecretValidityInHours: 7 },
    { customSessionTimeouts: { absoluteSessionTimeoutInSeconds: 60 } },
  ])
    assert.equal((await api('PATCH', settings, wrong)).status, 400, JSON.stringify(wrong));
  const { results } = (await api('GET', `/orgs/${owner.orgId}/events?eventType=SECURITY_CONTACT_MODIFIED`)).body;
  assert.equal(results.length, 2);
});
