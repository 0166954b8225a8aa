import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT } from '../../../testing/caller.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

let now = new Date('2026-01-01T00:00:00Z');
const clock = { now: () => now };
const { open } = harness();

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const oauth = ({ app }: TestHouse, path: string, authorization: string, form: string) =>
  app.inject({
    method: 'POST',
    url: `/api/oauth/${path}`,
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    payload: form,
  });
const withToken = ({ app }: TestHouse, token: string, url = '/api/atlas/v2/orgs') =>
  app.inject({ method: 'GET', url, headers: { accept: ACCEPT, authorization: `Bearer ${token}` } });

test('an account: tokens by its secret, on both surfaces, until revoked; secrets roll over, two at most', async () => {
  const house = await open({ clock });
  const { api, owner } = house;
  const path = `/orgs/${owner.orgId}/serviceAccounts`;
  const about = { name: 'ci', description: 'tests', roles: ['ORG_READ_ONLY'], secretExpiresAfterHours: 8 };
  const made = (await api('POST', path, about)).body;
  const login = basic(made.clientId, made.secrets[0].secret);
  const token = (await oauth(house, 'token', login, 'grant_type=client_credentials')).json().access_token;
  assert.equal((await withToken(house, token)).statusCode, 200);
  assert.equal((await withToken(house, token, '/api/atlas/v1.0/orgs')).statusCode, 200);
  assert.equal(
    (await oauth(house, 'token', basic(made.clientId, 'wrong'), 'grant_type=client_credentials')).statusCode,
    401,
  );

  assert.equal((await oauth(house, 'revoke', login, `token=${token}&token_type_hint=access_token`)).statusCode, 200);
  assert.equal((await withToken(house, token)).statusCode, 401);

  const second = await api('POST', `${path}/${made.clientId}/secrets`, { secretExpiresAfterHours: 24 });
  assert.equal(second.status, 201);
  assert.equal((await api('POST', `${path}/${made.clientId}/secrets`, { secretExpiresAfterHours: 24 })).status, 400);
  const seen = (await api('GET', `${path}/${made.clientId}`)).body;
  assert.equal(JSON.stringify(seen).includes(second.body.secret), false);

  now = new Date(now.getTime() + 9 * 3_600_000);
  assert.equal((await oauth(house, 'token', login, 'grant_type=client_credentials')).statusCode, 401, 'expired');
  const newer = basic(made.clientId, second.body.secret);
  const fresh = (await oauth(house, 'token', newer, 'grant_type=client_credentials')).json().access_token;
  assert.equal((await withToken(house, fresh)).statusCode, 200);
  assert.equal((await api('DELETE', `${path}/${made.clientId}`)).status, 204);
  assert.equal((await withToken(house, fresh)).statusCode, 401, 'a token dies with its account');
});

test('a role that is named twice counts once, wherever roles are given', async () => {
  const house = await open({ clock });
  const { api, owner } = house;
  const groupId = await newProject(house);
  const twice = ['GROUP_READ_ONLY', 'GROUP_OWNER', 'GROUP_READ_ONLY'];
  const account = { name: 'ci', description: 'tests', secretExpiresAfterHours: 8, roles: twice };
  const made = await api('POST', `/groups/${groupId}/serviceAccounts`, account);
  assert.deepEqual(made.body.roles, ['GROUP_READ_ONLY', 'GROUP_OWNER']);
  const key = await api('POST', `/orgs/${owner.orgId}/apiKeys`, { desc: 'k', roles: ['ORG_MEMBER', 'ORG_MEMBER'] });
  assert.equal(key.body.roles.length, 1);
  const invited = await api('POST', `/groups/${groupId}/users`, { username: 'a@example.com', roles: twice });
  assert.deepEqual(invited.body.roles, ['GROUP_READ_ONLY', 'GROUP_OWNER']);
  const wrong = await api('POST', `/groups/${groupId}/serviceAccounts`, { ...account, roles: [...twice, 1, 1] });
  assert.equal(wrong.body.errorCode, 'INVALID_JSON_ATTRIBUTE');
});
