// What only shows on a real connection: encodings, odd framings and targets, proxies.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import Type from 'typebox';
import { createApp } from './app.ts';
import { digestHa1 } from './digest.ts';
import { takesGzip } from './encoding.ts';
import { type Caller, type Directory, mount, operation } from './operation.ts';
import { createTokens } from './tokens.ts';

const owner: Caller = {
  kind: 'apiKey',
  id: '1'.repeat(24),
  name: 'ownerkey',
  orgRoles: {},
  groupRoles: {},
  accessList: [],
};
const directory: Directory = {
  org: async () => undefined,
  group: async () => undefined,
  digestUser: async (key) => (key === 'ownerkey' ? { ha1: digestHa1(key, 'secret'), caller: owner } : undefined),
  claimNonce: async () => true,
  noteUse: () => {},
  clientBySecret: async () => undefined,
  clientById: async () => owner,
  isRevoked: async () => false,
  revoke: async () => {},
};
const operations = [
  operation<object, { text: string }, { text: string; address: string; origin?: string }>({
    id: 'echo',
    route: 'POST /echo',
    inside: 'anywhere',
    roles: [],
    fails: [],
    versions: {
      '2023-01-01': {
        body: Type.Object({ text: Type.String() }, { additionalProperties: false }),
        reply: Type.Object({}),
        status: 200,
        write: (it, links) => ({ ...it, origin: links.origin }),
      },
    },
    run: async ({ wanted, remoteAddress }) => ({ text: wanted.text, address: remoteAddress }),
  }),
  operation<object, unknown, void>({
    id: 'drop',
    route: 'DELETE /echo',
    inside: 'anywhere',
    roles: [],
    fails: [],
    versions: { '2023-01-01': { status: 204 } },
    run: async () => {},
  }),
  operation<object, unknown, { path: unknown }>({
    id: 'look',
    route: 'GET /echo/{name}',
    inside: 'anywhere',
    roles: [],
    fails: [],
    versions: { '2023-01-01': { reply: Type.Object({}), status: 200 } },
    run: async ({ path }) => ({ path }),
  }),
];
const keys = { nonceKey: randomBytes(32), tokenKey: randomBytes(32) };
const app = createApp({
  ...keys,
  operations: mount(operations, {}),
  directory,
  record: async () => {},
  trustedProxies: ['127.0.0.1'],
  serviceVersion: 'gitHash=0; versionString=v0',
  now: () => new Date(),
  rateLimits: false,

  sunsets: true,
  mongoDBMajorVersion: '6.0',
  log: pino({ level: 'silent' }),
});
let url = '';
let authorization = '';
before(async () => {
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  authorization = `Bearer ${await createTokens(keys.tokenKey, () => new Date()).issue('mdb_sa_id_1')}`;
});
after(() => app.close());

const DATED = 'application/vnd.atlas.2023-01-01+json';
const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/atlas/v2/echo`, {
    method: 'POST',
    headers: { accept: DATED, 'content-type': DATED, authorization, ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });

/** Sends `lines` as they are and gives the raw answer. */
async function raw(...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(lines.join('\r\n'));
  let text = '';
  socket.setEncoding('utf8').on('data', (it) => {
    text += it;
  });
  await once(socket, 'close');
  return text;
}

test('long answers are compressed for whoever takes gzip; short ones never are', async () => {
  const long = JSON.stringify({ text: 'x'.repeat(5_000) });
  const head = ['POST /api/atlas/v2/echo HTTP/1.1', 'Host: x', `Accept: ${DATED}`, `Authorization: ${authorization}`];
  const tail = ['Content-Type: application/json', 'Connection: close', `Content-Length: ${long.length}`, '', long];
  const zipped = await raw(...head, 'Accept-Encoding: br, gzip', ...tail);
  assert.match(zipped, /content-encoding: gzip/);
  assert.ok(zipped.length < 2_000);
  const plain = await raw(...head, 'Accept-Encoding: gzip;q=0', ...tail);
  assert.match(plain, /xxxxx/);
  assert.match(plain, /vary: Accept-Encoding/i);
  assert.equal(((await (await post(long)).json()) as { text: string }).text.length, 5_000, 'fetch unpacks it');
  assert.equal((await post('{"text":"a"}')).headers.get('content-encoding'), null);
  for (const [header, takes] of [
    ['gzip', true],
    ['deflate, *;q=0.1', true],
    ['gzip; q=0.0, *', false],
    ['identity', false],
  ] as const)
    assert.equal(takesGzip(header), takes, header);
});

test('a body may come compressed; what is no gzip, unknown or a bomb is refused', async () => {
  const gzip = { 'content-encoding': 'gzip' };
  const good = await post(gzipSync('{"text":"packed"}'), gzip);
  assert.equal(((await good.json()) as { text: string }).text, 'packed');
  const bomb = gzipSync(JSON.stringify({ text: '0'.repeat(50_000_000) }));
  const cases: [string | Buffer, Record<string, string>, number, string][] = [
    ['{"text":"a"}', gzip, 400, 'MALFORMED_JSON'],
    [gzipSync('{"text":"a"}').subarray(0, 20), gzip, 400, 'MALFORMED_JSON'],
    [bomb, gzip, 413, 'REQUEST_BODY_TOO_LARGE'],
    ['{"text":"a"}', { 'content-encoding': 'br' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['{"text":"a"}', { 'content-type': 'no type at all' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, {}, 400, 'MALFORMED_JSON'],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), {}, 400, 'MALFORMED_JSON'],
  ];
  for (const [body, headers, status, code] of cases) {
    const answer = await post(body, headers);
    assert.deepEqual([answer.status, ((await answer.json()) as { errorCode: string }).errorCode], [status, code]);
  }
  assert.equal(gunzipSync(bomb).length, 50_000_011);
});

test('an empty chunked body on a verb that takes none, and an absolute request target', async () => {
  const line = (target: string) => `DELETE ${target} HTTP/1.1`;
  const rest = ['Host: x', `Accept: ${DATED}`, `Authorization: ${authorization}`, 'Connection: close'];
  for (const more of [
    ['Transfer-Encoding: chunked', '', '0', '', ''],
    ['Transfer-Encoding: chunked', `Content-Type: ${DATED}`, '', '0', '', ''],
    ['Content-Length: 0', '', ''],
    ['Content-Type: application/json', 'Content-Length: 2', '', '{}'],
  ])
    assert.match(await raw(line('/api/atlas/v2/echo'), ...rest, ...more), /^HTTP\/1.1 204 /, more.join());
  assert.match(await raw(line('http://elsewhere/api/atlas/v2/echo?envelope=true'), ...rest, '', ''), /{"status":204}$/);
});

test('what is no HTTP request is refused like everything else, with our body and headers', async () => {
  const long = `X-Long: ${'x'.repeat(20_000)}`;
  const line = 'GET /api/atlas/v2/echo/x HTTP/1.1';
  const cases: [string[], number, string][] = [
    [['nonsense', '', ''], 400, 'MALFORMED_REQUEST'],
    [[line, 'Host: x', 'Bad Header', '', ''], 400, 'MALFORMED_REQUEST'],
    [[line, 'Connection: close', '', ''], 400, 'MALFORMED_REQUEST'],
    ...[
      '',
      'a b',
      'evil/x',
      'user@evil',
      'x"onclick',
      'x?',
      'x:port',
      'x:',
      '[::1',
      'ä',
      'evil..com',
      '.evil.com',
      'x:99999',
      'x:0',
      '1.2.3',
      '999.1.1.1',
      '[1:2]',
      'x.0x1',
    ].map((host): [string[], number, string] => [
      [line, `Host: ${host}`, 'Connection: close', '', ''],
      400,
      'MALFORMED_REQUEST',
    ]),
    [[line, 'Host: x', 'Transfer-Encoding: chunked', 'Content-Length: 3', '', ''], 400, 'MALFORMED_REQUEST'],
    [[line, 'Host: x', long, '', ''], 431, 'REQUEST_HEADERS_TOO_LARGE'],
  ];
  for (const [lines, status, code] of cases) {
    const answer = await raw(...lines);
    const [head, body] = answer.split('\r\n\r\n') as [string, string];
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} .*\\r\\n`), answer);
    assert.match(head, /^content-type: application\/json/im);
    assert.match(head, /^x-request-id: \S+-\S+\r?$/im);
    assert.match(head, new RegExp(`^content-length: ${body.length}\\r?$`, 'im'));
    const { detail, ...rest } = JSON.parse(body);
    assert.ok(detail);
    assert.deepEqual(rest, { error: status, errorCode: code, parameters: [], reason: STATUS_CODES[status] });
  }
});

test('every name and address by which a server can be reached is a good Host', async () => {
  for (const host of ['x', 'x_y.z-1:80', 'x.example.', '127.0.0.1:65535', '[::1]:80', '[::ffff:10.0.0.1]'])
    assert.match(
      await raw('GET /api/atlas/v2/echo/x HTTP/1.1', `Host: ${host}`, 'Connection: close', '', ''),
      /^HTTP\/1.1 401 /,
      host,
    );
});

test('a request that does not arrive in time is refused; who hung up is told nothing', async () => {
  const said = async (code: string) => {
    const socket = new PassThrough();
    app.server.emit('clientError', Object.assign(new Error('of the server'), { code }), socket);
    await once(socket, 'close');
    return socket.read()?.toString() ?? '';
  };
  assert.match(
    await said('ERR_HTTP_REQUEST_TIMEOUT'),
    /^HTTP\/1.1 408 Request Timeout\r\n.*"errorCode":"REQUEST_TIMEOUT"/s,
  );
  assert.equal(await said('ECONNRESET'), '');
  assert.ok(app.server.requestTimeout > 0, 'a body that trickles in for ever holds no connection for ever');
});

test('HEAD is GET without its body; OPTIONS and 405 tell what is allowed', async () => {
  const at = `${url}/api/atlas/v2/echo/x`;
  const headers = { accept: DATED, authorization };
  const head = await fetch(at, { method: 'HEAD', headers });
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '21', '']);
  const options = await fetch(at, { method: 'OPTIONS', headers });
  assert.deepEqual([options.status, options.headers.get('allow')], [200, 'GET, HEAD, OPTIONS']);
  const wrong = await fetch(at, { method: 'PUT', headers });
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
  assert.equal((await fetch(at, { method: 'OPTIONS' })).status, 401, 'strangers learn nothing');
});

test('a trusted proxy says where a call came from and by which address; others are not believed', async () => {
  const forwarded = {
    'x-forwarded-for': '6.6.6.6, 203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'atlas.example',
  };
  const seen = await (await post('{"text":"a"}', forwarded)).json();
  assert.deepEqual(seen, { address: '203.0.113.7', origin: 'https://atlas.example', text: 'a' });
  const answer = await app.inject({
    method: 'POST',
    url: '/api/atlas/v2/echo',
    remoteAddress: '198.51.100.1',
    headers: { accept: DATED, 'content-type': DATED, authorization, host: 'here', ...forwarded },
    payload: '{"text":"a"}',
  });
  assert.deepEqual(answer.json(), { address: '198.51.100.1', origin: 'http://here', text: 'a' });
});

test('every answer carries the headers that Atlas’s do, and an id', async () => {
  const answer = await post('{"text":"a"}');
  const expected = {
    'strict-transport-security': 'max-age=31536000; includeSubdomains;',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'referrer-policy': 'strict-origin-when-cross-origin',
    server: 'mdbws',
    'x-mongodb-service-version': 'gitHash=0; versionString=v0',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(answer.headers.get(name), value, name);
  const ids = new Set([answer, await post('{"text":"a"}')].map((it) => it.headers.get('x-request-id')));
  assert.equal(ids.size, 2);
});
