import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { Caller, Directory } from './operation.ts';

const account: Caller = {
  kind: 'serviceAccount',
  id: 'mdb_sa_id_1',
  name: 'mdb_sa_id_1',
  orgRoles: {},
  groupRoles: {},
  accessList: [],
};
const secrets: Record<string, string> = { mdb_sa_id_1: 'a+b/c=', mdb_sa_id_2: 'other' };

function open(rateLimits = false) {
  const at = { now: new Date('2026-01-01T00:00:30Z') };
  const revoked = new Set<string>();
  const directory: Directory = {
    org: async () => undefined,
    group: async () => undefined,
    digestUser: async () => undefined,
    claimNonce: async () => true,
    noteUse: () => {},
    clientBySecret: async (id, secret) => (secrets[id] === secret ? { ...account, id } : undefined),
    clientById: async (id) => ({ ...account, id }),
    isRevoked: async (id) => revoked.has(id),
    revoke: async (id) => void revoked.add(id),
  };
  const app = createApp({
    operations: [],
    directory,
    record: async () => {},
    nonceKey: randomBytes(32),
    tokenKey: randomBytes(32),
    now: () => at.now,
    rateLimits,
    sunsets: true,
    serviceVersion: '',
    mongoDBMajorVersion: '6.0',
    log: pino({ level: 'silent' }),
  });
  const post = (path: string, form: Record<string, string>, authorization?: string, remoteAddress = '127.0.0.1') =>
    app.inject({
      method: 'POST',
      url: `/api/oauth/${path}`,
      remoteAddress,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(authorization ? { authorization } : {}),
      },
      payload: new URLSearchParams(form).toString(),
    });
  return { app, at, post };
}
const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const grant = { grant_type: 'client_credentials' };
const first = basic('mdb_sa_id_1', 'a+b/c=');

test('a token by Basic, escaped or not, and by form', async () => {
  const { post } = open();
  const plain = `Basic ${Buffer.from('mdb_sa_id_2:other').toString('base64')}`;
  const form = { ...grant, client_id: 'mdb_sa_id_1', client_secret: 'a+b/c=' };
  for (const answer of [
    await post('token', grant, first),
    await post('token', grant, plain),
    await post('token', form),
  ]) {
    const { access_token, ...rest } = answer.json();
    assert.deepEqual([answer.statusCode, rest], [200, { expires_in: 3600, token_type: 'Bearer' }]);
    assert.equal(access_token.split('.').length, 3);
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
});

test('what is wrong is said in the words of OAuth', async () => {
  const { post } = open();
  const cases: [Record<string, string>, string | undefined, number, string][] = [
    [grant, undefined, 401, 'invalid_client'],
    [grant, basic('mdb_sa_id_1', 'wrong'), 401, 'invalid_client'],
    [grant, 'Basic !!!', 401, 'invalid_client'],
    [{ ...grant, client_id: 'mdb_sa_id_1' }, undefined, 401, 'invalid_client'],
    [{}, first, 400, 'invalid_request'],
    [{ grant_type: 'password' }, first, 400, 'unsupported_grant_type'],
  ];
  for (const [form, authorization, status, error] of cases) {
    const answer = await post('token', form, authorization);
    assert.deepEqual([answer.statusCode, answer.json().error], [status, error]);
    if (status === 401) assert.match(String(answer.headers['www-authenticate']), /^Basic /);
  }
});

test('introspection: active until revoked or expired, and only for the client it was given to', async () => {
  const { post, at } = open();
  const token = async () => (await post('token', grant, first)).json().access_token as string;
  const ask = async (it: string, by = first) => (await post('introspect', { token: it }, by)).json();
  const one = await token();
  const seen = await ask(one);
  assert.deepEqual([seen.active, seen.client_id, seen.exp - seen.iat], [true, 'mdb_sa_id_1', 3600]);
  assert.deepEqual(await ask(one, basic('mdb_sa_id_2', 'other')), { active: false });
  assert.deepEqual(await ask('nonsense'), { active: false });
  await post('revoke', { token: one }, basic('mdb_sa_id_2', 'other'));
  assert.equal((await ask(one)).active, true, 'nobody revokes what is not theirs');
  assert.equal((await post('revoke', { token: one, token_type_hint: 'access_token' }, first)).statusCode, 200);
  assert.deepEqual(await ask(one), { active: false });
  const two = await token();
  at.now = new Date(at.now.getTime() + 3_601_000);
  assert.deepEqual(await ask(two), { active: false });
  assert.equal((await post('introspect', { token: two })).statusCode, 401);
});

test('discovery names endpoints that are there', async () => {
  const { app } = open();
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const answer = await app.inject({ url: `/.well-known/${name}`, headers: { host: 'atlas.example:8080' } });
    const found = answer.json();
    assert.equal(found.issuer, 'http://atlas.example:8080');
    for (const key of ['token_endpoint', 'revocation_endpoint', 'introspection_endpoint']) {
      assert.ok(found[key].startsWith(`${found.issuer}/api/oauth/`), key);
      const path = new URL(found[key]).pathname;
      assert.equal((await app.inject({ method: 'POST', url: path })).json().error, 'invalid_client', key);
    }
  }
});

test('fifty tokens a minute for a client from one address', async () => {
  const { post, at } = open(true);
  for (let n = 0; n < 50; n++) assert.equal((await post('token', grant, first)).statusCode, 200);
  const answer = await post('token', grant, first);
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [429, '30']);
  assert.deepEqual(answer.json(), {
    detail: 'Resource /api/oauth/token is limited to 50 requests every 1 minutes.',
    error: 429,
    errorCode: 'RATE_LIMITED',
    parameters: ['/api/oauth/token', 50, 1],
    reason: 'Too Many Requests',
  });
  assert.equal((await post('token', grant, basic('mdb_sa_id_2', 'other'))).statusCode, 200);
  assert.equal((await post('token', grant, first, '10.0.0.1')).statusCode, 200);
  at.now = new Date(at.now.getTime() + 30_000);
  assert.equal((await post('token', grant, first)).statusCode, 200);
});

test('what strangers send is counted, not kept', async () => {
  const { post } = open(true);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heldMiB = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = heldMiB();
  for (let n = 0; n < 40; n++)
    await post('token', { ...grant, client_id: `${n} ${'x'.repeat(1_000_000)}`, client_secret: 'guess' });
  const more = heldMiB() - before;
  assert.ok(more < 10, `${more.toFixed(1)} MiB of 40 are kept`);
});
