import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../../../testing/browser.ts';
import { ACCEPT } from '../../../testing/caller.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { signInFailures } from './model.ts';

let now = new Date('2026-01-01T00:00:00Z');
const { open } = harness();
const DEVICE = '/api/private/unauth/account/device';
const CLIENT = 'a-command-line';
const type = 'application/x-www-form-urlencoded';

const device = (house: TestHouse, path: string, form: Record<string, string>) =>
  house.app.inject({
    ...{ method: 'POST', url: `${DEVICE}/${path}` },
    headers: { 'content-type': type },
    payload: new URLSearchParams(form).toString(),
  });
const authorize = async (house: TestHouse) =>
  (await device(house, 'authorize', { client_id: CLIENT, scope: 'openid profile offline_access' })).json();
const poll = (house: TestHouse, code: string) =>
  device(house, 'token', {
    ...{ client_id: CLIENT, device_code: code },
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  });
const ask = (house: TestHouse, token: string, url = '/api/atlas/v2/orgs') =>
  house.app.inject({ method: 'GET', url, headers: { accept: ACCEPT, authorization: `Bearer ${token}` } });

const setUp = () => open({ clock: { now: () => now } });

test('a person allows a device, which acts as that person until it is revoked', async () => {
  const house = await setUp();
  const { username, password } = house.owner as Required<typeof house.owner>;
  const code = await authorize(house);
  assert.match(code.user_code, /^[B-Z]{4}-[B-Z]{4}$/);
  assert.match(code.verification_uri, /\/account\/connect$/);
  const early = await poll(house, code.device_code);
  assert.deepEqual([early.statusCode, early.json().errorCode], [400, 'DEVICE_AUTHORIZATION_PENDING']);

  const person = browser(house);
  const sentAway = await person.get('/account/connect');
  assert.deepEqual([sentAway.statusCode, sentAway.headers.location], [302, '/account/login?next=%2Faccount%2Fconnect']);
  assert.equal((await person.signIn(username, password)).headers.location, '/account/connect');
  await person.get('/account/connect');
  const allowed = await person.post('/account/connect', { code: code.user_code.toLowerCase(), decision: 'allow' });
  assert.equal(allowed.statusCode, 200);

  const given = (await poll(house, code.device_code)).json();
  assert.deepEqual(Object.keys(given).sort(), [
    ...['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type'],
  ]);
  const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'));
  assert.equal(claims(given.access_token).sub, username, 'what the command line shows');
  assert.equal((await poll(house, code.device_code)).json().errorCode, 'DEVICE_AUTHORIZATION_EXPIRED', 'once');
  assert.equal((await ask(house, given.id_token)).statusCode, 401, 'an id token opens nothing');

  const asPerson = { authorization: `Bearer ${given.access_token}`, accept: ACCEPT, 'content-type': ACCEPT };
  const payload = JSON.stringify({ name: 'mine', orgId: house.owner.orgId });
  const made = await house.app.inject({ method: 'POST', url: '/api/atlas/v2/groups', headers: asPerson, payload });
  assert.equal(made.statusCode, 201);
  const [event] = (await ask(house, given.access_token, `/api/atlas/v2/groups/${made.json().id}/events`)).json()
    .results;
  assert.deepEqual([event.eventTypeName, event.username, event.isGlobalAdmin], ['GROUP_CREATED', username, false]);

  const refresh = (token: string) =>
    device(house, 'token', { client_id: CLIENT, refresh_token: token, grant_type: 'refresh_token' });
  now = new Date(now.getTime() + 2 * 3_600_000);
  assert.equal((await ask(house, given.access_token)).statusCode, 401);
  const fresh = (await refresh(given.refresh_token)).json();
  assert.equal((await ask(house, fresh.access_token)).statusCode, 200);
  await device(house, 'revoke', { client_id: CLIENT, token: fresh.access_token, token_type_hint: 'access_token' });
  assert.equal((await ask(house, fresh.access_token)).statusCode, 401);
  const gone = { client_id: CLIENT, token: given.refresh_token, token_type_hint: 'refresh_token' };
  assert.equal((await device(house, 'revoke', gone)).statusCode, 200);
  const refused = await refresh(given.refresh_token);
  assert.deepEqual([refused.statusCode, refused.json().errorCode], [401, 'INVALID_REFRESH_TOKEN']);
});

test('a code that is refused, expired or another’s gives no token', async () => {
  const house = await setUp();
  const { username, password } = house.owner as Required<typeof house.owner>;
  const person = browser(house);
  await person.signIn(username, password);
  await person.get('/account/connect');
  const [refused, late] = [await authorize(house), await authorize(house)];
  await person.post('/account/connect', { code: refused.user_code, decision: 'deny' });
  now = new Date(now.getTime() + 601_000);
  assert.equal((await person.post('/account/connect', { code: late.user_code, decision: 'allow' })).statusCode, 404);
  for (const code of [refused.device_code, late.device_code, 'nonsense'])
    assert.equal((await poll(house, code)).json().errorCode, 'DEVICE_AUTHORIZATION_EXPIRED');
  assert.equal((await device(house, 'token', { grant_type: 'refresh_token' })).json().errorCode, 'MISSING_ATTRIBUTE');
});

test('signing in: wrong passwords are few, forms are ours alone, pages hold nothing from elsewhere', async () => {
  const house = await setUp();
  const { username, password } = house.owner as Required<typeof house.owner>;
  const person = browser(house);
  const page = await person.get('/account/login?next=https://elsewhere.example', { 'accept-language': 'ja,en' });
  assert.match(page.payload, /<html lang="ja">[\s\S]*サインイン/);
  assert.match(page.payload, /name="next" value="\/account"/, 'nowhere but to a page of ours');
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.match((await person.get('/account/login?lang=en', { 'accept-language': 'ja' })).payload, /<html lang="en">/);
  const form = { username, password, next: '/account' };
  assert.equal((await person.post('/account/login', { ...form, csrf: 'x'.repeat(32) })).statusCode, 403);
  assert.equal((await person.post('/account/login', form, { origin: 'https://elsewhere.example' })).statusCode, 403);
  const signedIn = await person.post('/account/login', form, { origin: 'http://localhost:80' });
  assert.equal(signedIn.statusCode, 303, 'the password alone was right before, too');
  const cookies = [signedIn.headers['set-cookie']].flat().join();
  assert.match(cookies, /telamon_session=[\w-]{43}; Path=\/account; HttpOnly; SameSite=Lax/);
  const stored = JSON.stringify(await house.state.db.collection('browserSessions').find().toArray());
  assert.equal(stored.includes(person.jar.get('telamon_session')!), false, 'what is stored opens nothing');

  const stranger = browser(house);
  for (let n = 0; n < 10; n++) assert.equal((await stranger.signIn('nobody@example.com', 'guess')).statusCode, 401);
  assert.equal((await stranger.signIn('nobody@example.com', 'guess')).statusCode, 429);
  assert.equal(
    (await stranger.signIn(username, password)).statusCode,
    303,
    'others behind the address are not shut out',
  );
});

test('guesses that come all at once are counted like guesses in a row', async () => {
  const house = await setUp();
  const { username, password } = house.owner as Required<typeof house.owner>;
  const person = browser(house);
  for (let n = 0; n < 12; n++)
    assert.equal((await person.signIn(username, password)).statusCode, 303, 'who is right may go on');
  await person.get('/account/login');
  const guess = (_: unknown, n: number) => person.post('/account/login', { username, password: `guess ${n}` });
  const codes = (await Promise.all(Array.from({ length: 14 }, guess))).map((it) => it.statusCode);
  assert.deepEqual(
    [401, 429].map((code) => codes.filter((it) => it === code).length),
    [10, 4],
  );
});

test('devices that ask without end are told to wait, and leave no more codes', async () => {
  const house = await setUp();
  const ask = () => device(house, 'authorize', { client_id: CLIENT, scope: 'openid' });
  for (let n = 0; n < 50; n++) assert.equal((await ask()).statusCode, 200);
  const { statusCode, headers, payload } = await ask();
  assert.deepEqual(
    [statusCode, headers['x-error-code'], JSON.parse(payload).errorCode],
    [429, 'RATE_LIMITED', 'RATE_LIMITED'],
  );
  assert.equal(await house.state.db.collection('deviceGrants').countDocuments(), 50);
  now = new Date(now.getTime() + 15 * 60_000);
  assert.equal((await ask()).statusCode, 200);
});

test('a device says in a few words what it is', async () => {
  const house = await setUp();
  for (const [name, form] of Object.entries({
    client_id: { client_id: 'x'.repeat(201), scope: 'openid' },
    scope: { client_id: CLIENT, scope: 'x'.repeat(1_001) },
  })) {
    const answer = await device(house, 'authorize', form);
    assert.deepEqual([answer.statusCode, answer.json().errorCode], [400, 'INVALID_ATTRIBUTE']);
    assert.deepEqual(answer.json().parameters, [name]);
  }
  assert.equal(await house.state.db.collection('deviceGrants').countDocuments(), 0);
});

test('a device that was allowed and has not asked yet gets nothing once the password is another', async () => {
  const house = await setUp();
  const { username, password } = house.owner as Required<typeof house.owner>;
  const person = browser(house);
  await person.signIn(username, password);
  await person.get('/account/connect');
  const { user_code: code, device_code: deviceCode } = await authorize(house);
  assert.equal((await person.post('/account/connect', { code, decision: 'allow' })).statusCode, 200);
  await person.get('/account');
  assert.equal((await person.post('/account/password', { old: password, new: 'another one' })).statusCode, 200);
  assert.equal((await poll(house, deviceCode)).json().errorCode, 'DEVICE_AUTHORIZATION_EXPIRED');
});

test('a session ends when it is not used for as long as an organization says, and lasts no longer than that', async () => {
  const house = await setUp();
  const { api, owner } = house;
  const { username, password } = owner as Required<typeof owner>;
  const later = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1_000);
  };
  const is = async (it: ReturnType<typeof browser>) => (await it.get('/account')).statusCode;
  const person = browser(house);
  await person.signIn(username, password);
  later(3_000);
  assert.equal(await is(person), 200, 'nobody has said how long');
  const customSessionTimeouts = { idleSessionTimeoutInSeconds: 300, absoluteSessionTimeoutInSeconds: 3_600 };
  await api('PATCH', `/orgs/${owner.orgId}/settings`, { customSessionTimeouts });
  later(299);
  assert.equal(await is(person), 200);
  later(299);
  assert.equal(await is(person), 200, 'each page counts');
  later(300);
  assert.equal(await is(person), 302, 'idle, by a setting that came after the sign-in');
  assert.equal(await is(person), 302, 'and stays ended');

  await person.signIn(username, password);
  await person.get('/account');
  await person.post('/account/password', { old: password, new: 'another one' });
  for (let n = 0; n < 12; n++) {
    assert.equal(await is(person), 200, `${n}`);
    later(299);
  }
  later(12);
  assert.equal(await is(person), 302, 'however much it is used, and also the one after a change of the password');
});

test('failures end it for a name from everywhere, and for an address with every name', async () => {
  assert.deepEqual(signInFailures, { each: 10, ofAll: 100 });
  const house = await open({ clock: { now: () => now }, signInFailures: { each: 2, ofAll: 4 } });
  const users = '/api/telamon/v1/operator/users';
  for (const username of ['ann@example.com', 'bob@example.com'])
    await house.operator('POST', users, { username, password: 'long enough' });
  const signIn = async (username: string, password: string, address: string) =>
    (await browser(house, address).signIn(username, password)).statusCode;
  const right = (name: string, address: string) => signIn(`${name}@example.com`, 'long enough', address);
  // Many addresses, one name.
  for (const n of [1, 1, 2, 2]) assert.equal(await signIn('ann@example.com', 'guess', `10.0.0.${n}`), 401);
  assert.equal(await right('ann', '10.0.1.1'), 429, 'a new address does not help');
  assert.equal(await right('bob', '10.0.1.1'), 303, 'others are not shut out');
  // One address, many names.
  for (const n of [1, 2, 3, 4]) assert.equal(await signIn(`n${n}@example.com`, 'guess', '10.0.2.1'), 401);
  assert.equal(await right('bob', '10.0.2.1'), 429);
  assert.equal(await right('bob', '10.0.2.2'), 303, 'from elsewhere it is still itself');
  now = new Date(now.getTime() + 15 * 60_000);
  assert.equal(await right('ann', '10.0.2.1'), 303, 'a quarter of an hour later');
});

test('an invitation is accepted on the page; a new password signs out everywhere else', async () => {
  const house = await setUp();
  const { api, operator, owner } = house;
  const path = '/api/telamon/v1/operator/users';
  await operator('POST', path, { username: 'ann@example.com', password: 'long enough' });
  await api('POST', `/orgs/${owner.orgId}/users`, {
    username: 'ann@example.com',
    roles: { orgRoles: ['ORG_READ_ONLY'] },
  });
  const [here, there] = [browser(house), browser(house)];
  for (const it of [here, there]) await it.signIn('ann@example.com', 'long enough');
  const page = await here.get('/account');
  const id = /invitations\/([a-f0-9]{24})/.exec(page.payload)![1]!;
  await here.post(`/account/invitations/${id}`, {});
  const joined = (await api('GET', `/orgs/${owner.orgId}/users?username=ann@example.com`)).body.results[0];
  assert.deepEqual([joined.orgMembershipStatus, joined.roles.orgRoles], ['ACTIVE', ['ORG_READ_ONLY']]);
  const events = (await api('GET', `/orgs/${owner.orgId}/events?eventType=JOINED_ORG`)).body.results;
  assert.equal(events[0].username, 'ann@example.com');

  const code = await authorize(house);
  await here.post('/account/connect', { code: code.user_code, decision: 'allow' });
  const token = (await poll(house, code.device_code)).json().access_token;
  assert.equal((await ask(house, token)).statusCode, 200);
  now = new Date(now.getTime() + 1_000);
  const wrong = await here.post('/account/password', { old: 'guess', new: 'longer than that' });
  assert.equal(wrong.statusCode, 400);
  const right = await here.post('/account/password', { old: 'long enough', new: 'longer than that' });
  assert.equal(right.statusCode, 200);
  assert.equal((await here.get('/account')).statusCode, 200);
  assert.equal((await there.get('/account')).statusCode, 302, 'the other browser signs in anew');
  assert.equal((await ask(house, token)).statusCode, 401, 'and so does a command line, at once');
  await here.post('/account/logout', {});
  assert.equal((await here.get('/account')).statusCode, 302);
  await operator('DELETE', `${path}/ann@example.com`);
  assert.equal((await here.signIn('ann@example.com', 'longer than that')).statusCode, 401);
});
