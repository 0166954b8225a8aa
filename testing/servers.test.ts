// Several servers on one state store: what one of them takes away, the others do not give either.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT, digestHeader, nonceOf } from './caller.ts';
import { harness, type TestHouse } from './house.ts';

const { open } = harness();

async function two() {
  const a = await open();
  return { a, b: await a.reopen() };
}
const url = '/api/atlas/v2/orgs';
const send = ({ app }: TestHouse, authorization?: string) =>
  app.inject({ url, headers: { accept: ACCEPT, ...(authorization ? { authorization } : {}) } });

test('servers take each other’s nonces, and a call that was seen on one is refused by all', async () => {
  const { a, b } = await two();
  const { publicKey: username, privateKey: password } = a.owner;
  const sign = (nonce: string, count: number) =>
    digestHeader({ username, password, nonce, count, method: 'GET', uri: url });
  const nonce = nonceOf(await send(a));
  const call = sign(nonce, 1);
  assert.equal((await send(b, call)).statusCode, 200, 'the balancer sent the answer to another server');
  for (const house of [a, b, await a.reopen()]) {
    const again = await send(house, call);
    assert.equal(again.statusCode, 401);
    assert.match(String(again.headers['www-authenticate']), /stale=true/, 'honest clients ask anew');
  }
  assert.equal((await send(b, sign(nonce, 2))).statusCode, 200, 'the next count is good where the nonce lives');
  assert.equal((await send(a, sign(nonce, 3))).statusCode, 401);
  const fresh = nonceOf(await send(a, sign(nonce, 4)));
  assert.equal((await send(a, sign(fresh, 1))).statusCode, 200);
  const shared = nonceOf(await send(b));
  const both = await Promise.all([1, 1].map((count) => send(a, sign(shared, count))));
  assert.deepEqual(both.map((it) => it.statusCode).sort(), [200, 401]);
});

test('a token or key that one server takes away is refused by the other at once', async () => {
  const { a, b } = await two();
  const { clientId, clientSecret, orgId } = a.owner;
  const login = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const oauth = (house: TestHouse, path: string, form: string) =>
    house.app.inject({
      method: 'POST',
      url: `/api/oauth/${path}`,
      headers: { authorization: login, 'content-type': 'application/x-www-form-urlencoded' },
      payload: form,
    });
  for (let round = 0; round < 10; round++) {
    const token = (await oauth(a, 'token', 'grant_type=client_credentials')).json().access_token;
    assert.equal((await send(b, `Bearer ${token}`)).statusCode, 200);
    await oauth(a, 'revoke', `token=${token}`);
    assert.equal((await send(b, `Bearer ${token}`)).statusCode, 401);

    const key = (await a.api('POST', `/orgs/${orgId}/apiKeys`, { desc: 'k', roles: ['ORG_MEMBER'] })).body;
    const there = b.as(key);
    assert.equal((await there('GET', '/orgs')).status, 200);
    await a.api('DELETE', `/orgs/${orgId}/apiKeys/${key.id}`);
    assert.equal((await there('GET', '/orgs')).status, 401);
  }
});
