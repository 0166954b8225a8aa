// What every operation owes its callers, held over all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mounted } from '../src/kernel/operation.ts';
import { ACCEPT } from './caller.ts';
import { harness, type TestHouse } from './house.ts';

const { open } = harness();

const isAtlas = (it: Mounted) => it.surface !== 'telamon';
const method = (it: Mounted) => it.route.split(' ')[0]!;

/** The operation's path with ids that are well-formed and in use where the house has them. */
function pathOf(it: Mounted, house: TestHouse, groupId: string): string {
  const path = it.route
    .slice(it.route.indexOf(' ') + 1)
    .replace('{orgId}', house.owner.orgId)
    .replace('{groupId}', groupId)
    .replace('{groupName}', 'nothing')
    .replace('{databaseName}', 'admin')
    .replace('{clientId}', `mdb_sa_id_${'a'.repeat(24)}`)
    .replaceAll(/\{\w+\}/g, 'a'.repeat(24));
  return isAtlas(it) ? `/api/atlas/v2${path}` : `/api/telamon/v1${path}`;
}

async function setUp() {
  const house = await open();
  const group = await house.api('POST', '/groups', { name: 'p', orgId: house.owner.orgId });
  return { house, groupId: group.body.id as string };
}

const dated = (it: Mounted) => Object.entries(it.versions).sort(([a], [b]) => (a < b ? 1 : -1))[0]!;
const newest = (it: Mounted) => dated(it)[1]!;
/** The media type of the operation's own newest version: one may be newer than what other calls ask for. */
const acceptOf = (it: Mounted) => (isAtlas(it) ? `application/vnd.atlas.${dated(it)[0]}+json` : ACCEPT);

test('nobody is let in without credentials, and every refusal looks the same', async () => {
  const { house, groupId } = await setUp();
  for (const it of house.operations) {
    const url = pathOf(it, house, groupId);
    for (const authorization of [
      undefined,
      'Basic eDp5',
      'Bearer x.y.z',
      'Digest username="a"',
      'Digest ',
      'nonsense',
    ]) {
      const answer = await house.app.inject({
        method: method(it) as 'GET',
        url,
        headers: { accept: acceptOf(it), ...(authorization ? { authorization } : {}) },
      });
      assert.equal(answer.statusCode, 401, `${it.id} ${authorization}`);
      assert.match(String(answer.headers['www-authenticate']), /^Digest realm="MMS Public API", domain="", nonce="/);
    }
  }
});

test('a version before the first of an operation is refused, and so is none', async () => {
  const { house, groupId } = await setUp();
  for (const it of house.operations.filter(isAtlas)) {
    for (const accept of [
      'application/vnd.atlas.2020-01-01+json',
      'application/json',
      '*/*',
      'application/vnd.atlas.x+json',
    ]) {
      const answer = await house.api(method(it), pathOf(it, house, groupId), undefined, { accept });
      assert.deepEqual([answer.status, answer.body.errorCode], [406, 'INVALID_VERSION_DATE'], `${it.id} ${accept}`);
    }
  }
});

test('a member of the organization alone may do no more than its role', async () => {
  const { house, groupId } = await setUp();
  const key = await house.api('POST', `/orgs/${house.owner.orgId}/apiKeys`, { desc: 'm', roles: ['ORG_MEMBER'] });
  const member = house.as(key.body);
  for (const it of house.operations) {
    if (it.inside === 'anywhere' || it.roles.includes('ORG_MEMBER')) continue;
    // What there is in no other format must be asked for in that one.
    const { reply, as } = newest(it);
    const accept = !reply && as?.gzip ? acceptOf(it).replace('json', 'gzip') : undefined;
    const answer = await member(
      method(it),
      pathOf(it, house, groupId),
      {},
      { accept: accept ?? acceptOf(it), contentType: acceptOf(it) },
    );
    assert.equal(answer.status, 401, it.id);
    assert.ok(
      ['USER_UNAUTHORIZED', 'NOT_IN_GROUP'].includes(answer.body.errorCode),
      `${it.id} ${answer.body.errorCode}`,
    );
  }
});

const hostile: [string, string][] = [
  ['empty', ''],
  ['not JSON', '{"a":'],
  ['null', 'null'],
  ['a number', '7'],
  ['an array', '[]'],
  ['a text', '"x"'],
  ['nothing in it', '{}'],
  ['a prototype', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ['deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['deep array', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['long', JSON.stringify({ name: 'x'.repeat(900_000) })],
  ['operators', '{"name":{"$gt":""},"desc":{"$ne":null},"source":{"$where":"1"}}'],
  ['null attributes', '{"name":null,"orgId":null,"roles":null,"desc":null,"source":null,"grantType":null}'],
  ['NUL', '{"name":"a\\u0000b","orgId":"a\\u0000b","desc":"\\u0000"}'],
  ['lone surrogate', '{"name":"\\ud800","desc":"\\ud800"}'],
];

test('no body ends in a 500, and a wrong one changes nothing', async () => {
  const { house, groupId } = await setUp();
  const counts = async () => {
    // What begins with `system.` belongs to mongod: the buckets and views of time series.
    const names = (await house.state.db.listCollections().toArray())
      .map((it) => it.name)
      .filter((it) => !it.startsWith('system.'))
      .sort();
    const all = await Promise.all(names.map((it) => house.state.db.collection(it).countDocuments()));
    return Object.fromEntries(names.map((it, n) => [it, all[n]]));
  };
  const before = await counts();
  for (const it of house.operations.filter((it) => isAtlas(it) && newest(it).body)) {
    for (const [what, text] of hostile) {
      const answer = await house.api(method(it), pathOf(it, house, groupId), undefined, {
        text,
        accept: acceptOf(it),
        contentType: acceptOf(it),
      });
      assert.ok(answer.status < 500, `${it.id} with ${what}: ${answer.status}`);
      if (answer.status >= 400) assert.ok(answer.body.errorCode && answer.body.detail, `${it.id} with ${what}`);
    }
    const other = await house.api(method(it), pathOf(it, house, groupId), undefined, {
      text: '{}',
      accept: acceptOf(it),
      contentType: 'text/plain',
    });
    assert.ok([404, 415].includes(other.status), `${it.id}: ${other.status}`);
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  const made = Object.entries(await counts()).filter(([name, count]) => count !== (before[name] ?? 0));
  // An empty token request is a good one, and leaves events.
  assert.deepEqual(
    made.map(([name]) => name).filter((it) => !['migrationLinks', 'apiKeys', 'events', 'digestNonces'].includes(it)),
    [],
  );
});

test('no path and no query ends in a 500', async () => {
  const { house, groupId } = await setUp();
  const odd = ['%00', '%', '%zz', '..%2f..', 'a'.repeat(600), '%F0%28', '$where', "'", '{}', '%2F', ':', 'x:y', '[]'];
  const queries = [
    '?pageNum=0',
    '?itemsPerPage=501',
    '?pageNum=-1',
    '?pageNum=1e9',
    '?envelope=maybe',
    '?pretty=%00',
    '?a[]=1&a[]=2',
    '?%',
  ];
  for (const it of house.operations.filter((it) => isAtlas(it) && method(it) === 'GET')) {
    for (const text of odd) {
      const path = it.route.slice(4).replaceAll(/\{\w+\}/g, text);
      const answer = await house.app.inject({
        method: 'GET',
        url: `/api/atlas/v2${path}`,
        headers: { accept: ACCEPT },
      });
      assert.ok(answer.statusCode < 500, `${it.id} ${text}: ${answer.statusCode}`);
    }
    for (const query of queries) {
      const answer = await house.api('GET', pathOf(it, house, groupId) + query);
      assert.ok(answer.status < 500, `${it.id} ${query}: ${answer.status}`);
    }
  }
});

test('a method that an operation does not have is refused, whichever it is', async () => {
  const { house, groupId } = await setUp();
  for (const other of ['PUT', 'QUERY', 'PROPFIND']) {
    const answer = await house.api(other, `/groups/${groupId}?pretty=false`);
    assert.deepEqual([answer.status, answer.body.errorCode], [405, 'METHOD_NOT_ALLOWED'], other);
    assert.equal(answer.headers.allow, 'DELETE, GET, HEAD, OPTIONS, PATCH');
    const stranger = await house.app.inject({ method: other as 'GET', url: `/api/atlas/v2/groups/${groupId}` });
    assert.equal(stranger.statusCode, 401, other);
  }
});

test('envelope moves the status into the body, for answers, lists and errors', async () => {
  const { house, groupId } = await setUp();
  const one = await house.api('GET', `/groups/${groupId}?envelope=true`);
  assert.deepEqual([one.status, one.body.status, one.body.content.id], [200, 200, groupId]);
  const list = await house.api('GET', '/groups?envelope=true');
  assert.deepEqual([list.body.status, list.body.results.length], [200, 1]);
  const error = await house.api('GET', `/groups/${'a'.repeat(24)}?envelope=true`);
  assert.deepEqual([error.body.status, error.body.content.errorCode], [404, 'GROUP_NOT_FOUND']);
  const empty = await house.api('DELETE', `/groups/${groupId}/databaseUsers/admin/nobody?envelope=true`);
  assert.equal(empty.body.status, 404);
});

test('a version past its sunset is gone, on its day and not before, and the others stay', async () => {
  let now = new Date('2020-01-01');
  const house = await open({ sunsets: true, clock: { now: () => now } });
  const { body: group } = await house.api('POST', '/groups', { name: 'p', orgId: house.owner.orgId });
  let count = 0;
  for (const it of house.operations)
    for (const [date, version] of Object.entries(it.versions)) {
      const sunset = isAtlas(it) && version!.deprecated?.sunset;
      if (!sunset) continue;
      count++;
      const path = pathOf(it, house, group.id);
      // Nothing is asked for that could be: the version is chosen before anything else is looked at.
      const format = version!.as?.gzip ? 'gzip' : 'json';
      const ask = async (url: string, at: string) => {
        now = new Date(at);
        const accept = `application/vnd.atlas.${date}+${format}`;
        const answer = await house.api(method(it), url, undefined, { accept });
        return answer.body.errorCode;
      };
      const nowhere = path.replace(group.id, 'b'.repeat(24)).replace(house.owner.orgId, 'b'.repeat(24));
      const before = new Date(new Date(sunset).getTime() - 1).toISOString();
      assert.notEqual(await ask(nowhere, before), 'VERSION_GONE', it.id);
      assert.equal(await ask(nowhere, sunset), 'VERSION_GONE', it.id);
      if (date === '2023-01-01')
        assert.notEqual(await ask(nowhere.replace('/v2/', '/v1.0/'), sunset), 'VERSION_GONE', `${it.id} under v1.0`);
    }
  assert.ok(count > 20, `${count} versions`);
});

test('every answer tells what is left; beyond it calls are refused until tokens have come back', async () => {
  let now = Date.now();
  const house = await open({ rateLimits: true, clock: { now: () => new Date(now) } });
  const path = `/orgs/${house.owner.orgId}`;
  const first = await house.api('GET', path);
  assert.deepEqual([first.headers['ratelimit-limit'], first.headers['ratelimit-remaining']], ['500', '499']);
  let last = first;
  for (let n = 0; n < 500; n++) last = await house.api('GET', path);
  assert.deepEqual([last.status, last.body.errorCode], [429, 'RATE_LIMITED_TOKEN_BUCKET']);
  assert.deepEqual(last.body.parameters, [`api/atlas/v2${path}`, 1, 500, 250, 60]);
  assert.equal(last.headers['retry-after'], '1');
  assert.equal((await house.api('GET', '/orgs')).status, 200, 'other buckets are full');
  now += 1_000;
  assert.equal((await house.api('GET', path)).status, 200);
});

test('what the Atlas CLI asks beside the published interface', async () => {
  const { house } = await setUp();
  const version = await house.app.inject({ method: 'GET', url: '/api/private/unauth/nds/defaultMongoDBMajorVersion' });
  assert.match(version.payload, /^\d+\.\d+$/);
  assert.deepEqual((await house.api('GET', '/api/private/ipinfo')).body, { currentIpv4Address: '127.0.0.1' });
  assert.equal((await house.app.inject({ method: 'GET', url: '/api/private/ipinfo' })).statusCode, 401);
});
