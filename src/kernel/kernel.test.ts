import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ask, app, call, codeOf, DATED, md5, ORG, OTHER, things } from '../../testing/small-app.ts';
import { digestHa1 } from './digest.ts';

test('without credentials: the challenge and Atlas’s body', async () => {
  const answer = await app.inject({ method: 'GET', url: things });
  assert.equal(answer.statusCode, 401);
  assert.match(
    String(answer.headers['www-authenticate']),
    /^Digest realm="MMS Public API", domain="", nonce="[^"]{32}", algorithm=MD5, qop="auth", stale=false$/,
  );
  assert.match(answer.body, /"error" : 401/);
});

test('the newest version not newer than the one asked for', async () => {
  const now = await call('POST', things, { accept: 'application/vnd.atlas.2030-01-01+json', body: { name: 'n' } });
  assert.equal(now.status, 201);
  assert.equal(now.headers['content-type'], 'application/vnd.atlas.2024-08-05+json;charset=utf-8');
  assert.equal(now.text, '{"name":"n","zeta":1}');
  const old = await call('POST', things, { accept: 'application/vnd.atlas.2024-08-04+json', body: { name: 'n' } });
  assert.equal(old.headers['content-type'], 'application/vnd.atlas.2023-01-01+json;charset=utf-8');
  assert.equal(old.headers.deprecation, 'Mon, 5 Aug 2024 00:00:00 GMT');
  assert.equal(old.headers.sunset, 'Thu, 1 Jul 2027 00:00:00 GMT');
});

test('406 for a missing, malformed or too old version', async () => {
  for (const accept of [
    '*/*',
    'application/json',
    'application/vnd.atlas.2022-01-01+json',
    'application/vnd.atlas.2024-13-99+json',
  ]) {
    const answer = await call('GET', things, { accept });
    assert.equal(answer.status, 406, accept);
    assert.equal(codeOf(answer), 'INVALID_VERSION_DATE');
    assert.equal(answer.headers['x-error-code'], 'INVALID_VERSION_DATE');
  }
});

test('a version is offered in its own formats alone; preview is asked for by its name', async () => {
  const table = `/api/atlas/v2/orgs/${ORG}/table`;
  const cases: [string, string, string, string?][] = [
    ['2023-01-01+json', '2023-01-01+json;charset=utf-8', '{"text":"raw"}'],
    ['2023-01-01+csv', '2023-01-01+csv;charset=utf-8', 'a,b\nraw\n'],
    ['2025-01-01+gzip', '2024-08-05+gzip', 'raw', 'attachment; filename="x.gz"'],
    ['preview+json', 'preview+json;charset=utf-8', '{"preview":true}'],
  ];
  for (const [asked, type, text, disposition] of cases) {
    const answer = await call('GET', table, { accept: `application/vnd.atlas.${asked}` });
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, `application/vnd.atlas.${type}`]);
    assert.deepEqual([answer.text, answer.headers['content-disposition']], [text, disposition]);
  }
  for (const asked of ['2023-01-01+gzip', '2024-08-05+json', '2024-08-05+csv', 'preview+csv', 'preview+xml'])
    assert.equal((await call('GET', table, { accept: `application/vnd.atlas.${asked}` })).status, 406, asked);
  assert.equal((await call('GET', things, { accept: 'application/vnd.atlas.preview+json' })).status, 406);
  const plain = await call('GET', `/api/atlas/v1.0/orgs/${ORG}/table`, { accept: 'text/csv' });
  assert.deepEqual([plain.headers['content-type'], plain.text], ['text/csv;charset=utf-8', 'a,b\nraw\n']);
});

test('v1.0 is a plain view of 2023-01-01 and lacks what came later', async () => {
  const answer = await call('POST', `/api/atlas/v1.0/orgs/${ORG}/things`, {
    accept: 'application/json',
    body: { name: 'n' },
  });
  assert.equal(answer.status, 201);
  assert.deepEqual(JSON.parse(answer.text), { date: 'old', name: 'n' });
  assert.equal((await call('POST', `/api/atlas/v1.0/orgs/${ORG}/things/x-1:poke`)).status, 404);
});

test('a verb behind a parameter, plain or escaped', async () => {
  assert.equal((await call('POST', `${things}/x-1:poke`)).status, 204);
  assert.equal((await call('POST', `${things}/x-1%3Apoke`)).status, 204);
});

test('a request cannot be replayed', async () => {
  const first = await call('GET', things);
  assert.equal(first.status, 200);
  const again = await first.send();
  assert.equal(again.statusCode, 401);
  assert.match(String(again.headers['www-authenticate']), /stale=true/);
});

test('a request is signed as path or absolute URI, escaped or not; another target is refused', async () => {
  const sign = async (uri: string, target: string, change = (header: string) => header) => {
    const nonce = /nonce="([^"]+)"/.exec(String((await app.inject(target)).headers['www-authenticate']))![1]!;
    const response = md5(`${digestHa1('ownerkey', 'secret')}:${nonce}:00000001:c:auth:${md5(`GET:${uri}`)}`);
    const header = `Digest username="ownerkey", realm="MMS Public API", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="c", response="${response}"`;
    const answer = await app.inject({ url: target, headers: { accept: DATED, authorization: change(header) } });
    return [answer.statusCode, /stale=(\w+)/.exec(String(answer.headers['www-authenticate']))?.[1]];
  };
  const good: [string, string][] = [
    [things, things],
    [`http://localhost:8080${things}?pretty=true`, `${things}?pretty=true`],
    [`${things}?x=a b|c:d`, `${things}?x=a%20b%7Cc%3Ad`],
    [`${things}?x=%c3%a9`, `${things}?x=%C3%A9`],
  ];
  for (const [uri, target] of good) assert.deepEqual(await sign(uri, target), [200, undefined], uri);
  const bad: [string, string][] = [
    [things, `${things}?pretty=true`],
    [things, things.replace(ORG, OTHER)],
    [`${things}?x=a&y=b`, `${things}?x=a%26y=b`],
    [things.replace('/things', '%2Fthings'), things],
  ];
  for (const [uri, target] of bad) assert.deepEqual(await sign(uri, target), [401, 'false'], uri);
  const changes: [RegExp, string][] = [
    [/qop=auth, /, ''],
    [/qop=auth/, 'qop=auth-int'],
    [/realm="[^"]+"/, 'realm="x"'],
    [/nc=00000001/, 'nc=00000002'],
    [/cnonce="c"/, 'cnonce="d"'],
    [/username="ownerkey"/, 'username="memberky"'],
    [/nonce="[^"]+"/, `nonce="${Buffer.alloc(24).toString('base64')}"`],
    [/response="/, 'response="0'],
    [/qop=auth/, 'algorithm=SHA-256, qop=auth'],
  ];
  for (const [what, by] of changes)
    assert.deepEqual(await sign(things, things, (it) => it.replace(what, by)), [401, 'false'], String(what));
  assert.deepEqual(await sign(things, things, (it) => it.replace(/qop=auth/, 'qop="auth", algorithm=md5')), [
    200,
    undefined,
  ]);
});

test('who may not: role, membership, address, unknown and malformed ids', async () => {
  const cases: [string, string | undefined, number, string][] = [
    [things, 'memberky', 401, 'USER_UNAUTHORIZED'],
    [things.replace(ORG, OTHER), undefined, 401, 'USER_CANNOT_ACCESS_ORG'],
    [things, 'distantk', 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'],
    [things.replace(ORG, 'c'.repeat(24)), undefined, 404, 'ORG_NOT_FOUND'],
    [things.replace(ORG, 'nonsense'), undefined, 404, 'INVALID_ORG_ID'],
  ];
  for (const [url, user, status, code] of cases) {
    const answer = await call('POST', url, { user: user ?? 'ownerkey', body: { name: 'n' } });
    assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
  }
  const stranger = await call('GET', things, { user: 'nobodyxx' });
  assert.equal(stranger.status, 401);
});

test('bad bodies name the attribute', async () => {
  const cases: [Ask, number, string][] = [
    [{ raw: '{' }, 400, 'MALFORMED_JSON'],
    [{ raw: '[]' }, 400, 'INVALID_JSON'],
    [{ raw: '{}' }, 400, 'MISSING_ATTRIBUTE'],
    [{ body: { name: 'n', nope: 1 } }, 400, 'INVALID_ATTRIBUTE'],
    [{ body: { name: 'n', madeAt: 1 } }, 400, 'ATTRIBUTE_READ_ONLY'],
    [{ raw: '{"name":"n","__proto__":{"a":1}}' }, 400, 'INVALID_ATTRIBUTE'],
    [{ body: { name: 7 } }, 400, 'INVALID_JSON_ATTRIBUTE'],
    [{ body: { name: 'n', n: 1.5 } }, 400, 'INVALID_JSON_ATTRIBUTE'],
    [{ body: { name: 'n', kind: 'Z' } }, 400, 'INVALID_ENUM_VALUE'],
    [{ raw: 'a=b', type: 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ raw: `"${'x'.repeat(1_100_000)}"` }, 413, 'REQUEST_BODY_TOO_LARGE'],
    [{ raw: '['.repeat(200_000) }, 400, 'MALFORMED_JSON'],
    [{ raw: '{"name":"a\\u0000b"}' }, 400, 'INVALID_JSON_ATTRIBUTE'],
    [{ raw: '{"name":"a\\ud800b"}' }, 400, 'INVALID_JSON_ATTRIBUTE'],
  ];
  for (const [ask, status, code] of cases) {
    const answer = await call('POST', things, ask);
    assert.deepEqual([answer.status, codeOf(answer)], [status, code], JSON.stringify(ask).slice(0, 80));
  }
});

test('lists: links, paging, envelope, pretty', async () => {
  const url = `${things}?itemsPerPage=2&pageNum=2`;
  const answer = JSON.parse((await call('GET', url)).text);
  assert.deepEqual(answer.results, [2, 2]);
  assert.equal(answer.totalCount, 7);
  assert.deepEqual(
    answer.links.map((it: { rel: string; href: string }) => [it.rel, it.href.split('?')[1]]),
    [
      ['self', 'includeCount=true&pageNum=2&itemsPerPage=2'],
      ['previous', 'includeCount=true&itemsPerPage=2&pageNum=1'],
      ['next', 'includeCount=true&itemsPerPage=2&pageNum=3'],
    ],
  );
  assert.equal(JSON.parse((await call('GET', `${things}?envelope=true`)).text).status, 200);
  const empty = await call('POST', `${things}/x-1:poke?envelope=true`);
  assert.deepEqual([empty.status, empty.text], [200, '{"status":204}']);
  assert.match((await call('GET', `${things}?pretty=true`)).text, /\n {2}"links"/);
  assert.equal(codeOf(await call('GET', `${things}?itemsPerPage=501`)), 'INVALID_QUERY_PARAMETER');
  assert.equal(codeOf(await call('GET', `${things}?named=a%00`)), 'INVALID_QUERY_PARAMETER');
  assert.equal((await call('GET', `${things}?named=a&most=3&raw=true`)).status, 200);
});

test('405 for a wrong method, 404 for an unknown path, 500 without its cause', async () => {
  assert.equal((await call('DELETE', things)).status, 405);
  const nowhere = await call('GET', '/api/atlas/v2/nowhere');
  assert.deepEqual([nowhere.status, codeOf(nowhere)], [404, 'RESOURCE_NOT_FOUND']);
  const burst = await call('GET', `/api/atlas/v2/orgs/${ORG}/burst`);
  assert.equal(burst.status, 500);
  assert.equal(codeOf(burst), 'UNEXPECTED_ERROR');
  assert.doesNotMatch(burst.text, /secret/);
});

test('OAuth: token by Basic, use, revocation at once', async () => {
  const basic = `Basic ${Buffer.from('mdb_sa_id_1:s').toString('base64')}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (url: string, payload: string, authorization: string) =>
    app.inject({ method: 'POST', url, payload, headers: { ...form, authorization } });
  const wrong = await post('/api/oauth/token', 'grant_type=client_credentials', `Basic ${btoa('mdb_sa_id_1:x')}`);
  assert.deepEqual([wrong.statusCode, wrong.json().error], [401, 'invalid_client']);
  const issued = (await post('/api/oauth/token', 'grant_type=client_credentials', basic)).json();
  assert.equal(issued.expires_in, 3600);
  const use = () =>
    app.inject({ url: things, headers: { accept: DATED, authorization: `Bearer ${issued.access_token}` } });
  assert.equal((await use()).statusCode, 200);
  const revocation = await post('/api/oauth/revoke', `token=${issued.access_token}`, basic);
  assert.deepEqual([revocation.statusCode, revocation.body], [200, '']);
  assert.equal((await use()).statusCode, 401);
});
