import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT } from '../../../testing/caller.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

const { open } = harness();

async function withKey(house: TestHouse, role = 'ORG_MEMBER') {
  const keys = `/orgs/${house.owner.orgId}/apiKeys`;
  const key = (await house.api('POST', keys, { desc: 'k', roles: [role] })).body;
  return { key, list: `${keys}/${key.id}/accessList`, as: house.as(key) };
}
const codeOf = ({ status, body }: { status: number; body: { errorCode?: string } }) => [status, body.errorCode];

test('a key with a list calls from there alone, and its entries count the calls', async () => {
  const house = await open();
  const { key, list, as } = await withKey(house);
  const made = await house.api('POST', `${list}?includeCount=true&itemsPerPage=100&pageNum=1`, [
    { ipAddress: '192.168.0.229' },
    { cidrBlock: '10.0.0.0/8' },
    { ipAddress: '2001:DB8::1' },
  ]);
  assert.equal(made.status, 200);
  assert.match(made.body.links[0].href, /accessList\?includeCount=true&pageNum=1&itemsPerPage=100$/);
  const [single, block, six] = made.body.results;
  const { created, ...rest } = single;
  assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(rest, {
    cidrBlock: '192.168.0.229/32',
    count: 0,
    ipAddress: '192.168.0.229',
    links: [{ href: `http://localhost:80/api/atlas/v2${list}/192.168.0.229`, rel: 'self' }],
  });
  assert.deepEqual([block.cidrBlock, block.ipAddress], ['10.0.0.0/8', undefined]);
  assert.ok(block.links[0].href.endsWith('/10.0.0.0%2F8'));
  assert.equal(six.ipAddress, '2001:db8:0:0:0:0:0:1');

  const from = (address: string) => as('GET', '/orgs', undefined, { from: address });
  assert.equal((await from('192.168.0.229')).status, 200);
  assert.equal((await from('10.9.8.7')).status, 200);
  assert.equal((await from('::ffff:10.9.8.7')).status, 200);
  assert.equal((await from('2001:db8::1')).status, 200);
  const outside = await from('192.0.2.1');
  assert.deepEqual(codeOf(outside), [403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST']);
  assert.deepEqual(outside.body.parameters, ['192.0.2.1']);

  const seen = (await house.api('GET', list)).body.results;
  assert.deepEqual(
    seen.map((it: { count: number }) => it.count),
    [1, 2, 1],
  );
  assert.equal(seen[1].lastUsedAddress, '10.9.8.7');
  assert.match(seen[1].lastUsed, /Z$/);
  assert.equal((await house.api('GET', `${list}/10.0.0.0%2F8`)).body.count, 2);
  assert.equal((await house.api('GET', `${list}/2001:db8::1`)).body.count, 1);
  const page = (await house.api('GET', `${list}?itemsPerPage=2&pageNum=2&includeCount=false`)).body;
  assert.deepEqual([page.results.length, page.totalCount], [1, undefined]);

  for (const name of ['192.168.0.229', '10.0.0.0%2f8', '2001:db8:0::1'])
    assert.equal((await house.api('DELETE', `${list}/${name}`)).status, 204, name);
  const gone = await house.api('DELETE', `${list}/10.0.0.0%2F8`);
  assert.deepEqual(codeOf(gone), [404, 'API_KEY_ACCESS_LIST_ENTRY_NOT_FOUND']);
  assert.deepEqual(gone.body.parameters, ['10.0.0.0/8', key.id]);
  assert.equal((await from('192.0.2.1')).status, 200, 'without entries it may call from anywhere');
});

test('what is no entry is refused whole', async () => {
  const house = await open();
  const { list } = await withKey(house);
  await house.api('POST', list, [{ ipAddress: '10.1.1.1' }]);
  const cases: [unknown, number, string][] = [
    [{ ipAddress: '1.1.1.1' }, 400, 'INVALID_JSON'],
    [[{}], 400, 'MISSING_ONE_OF_ATTRIBUTES'],
    [[{ ipAddress: '1.1.1.1' }, { ipAddress: 'here' }], 400, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [[{ cidrBlock: '1.1.1.1/40' }], 400, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [[{ ipAddress: '1.1.1.0/24' }], 400, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [[{ ipAddress: '1.1.1.1', cidrBlock: '2.2.2.0/24' }], 400, 'BAD_ACCESS_LIST_ADD_REQUEST'],
    [[{ ipAddress: '1.1.1.1' }, { cidrBlock: '1.1.1.1/32' }], 400, 'DUPLICATE_ADDRESSES_IN_INPUT'],
    [[{ ipAddress: '1.1.1.1' }, { cidrBlock: '10.1.1.1/32' }], 409, 'ADDRESS_ALREADY_IN_ACCESS_LIST'],
    [[{ ipAddress: '1.1.1.1', comment: 'x' }], 400, 'INVALID_ATTRIBUTE'],
    [[{ ipAddress: 7 }], 400, 'INVALID_JSON_ATTRIBUTE'],
  ];
  for (const [body, ...expected] of cases)
    assert.deepEqual(codeOf(await house.api('POST', list, body)), expected, JSON.stringify(body));
  const many = Array.from({ length: 200 }, (_, n) => ({ ipAddress: `10.2.0.${n}` }));
  assert.deepEqual(codeOf(await house.api('POST', list, many)), [400, 'VALIDATION_ERROR'], 'one too many');
  const [entry] = (await house.api('GET', list)).body.results;
  assert.equal((await house.api('GET', list)).body.totalCount, 1);
  await house.api('DELETE', `${list}/10.1.1.1`);
  assert.equal((await house.api('POST', list, [entry])).status, 200, 'what was read may be sent back');
});

test('who may: the key itself and owners; nobody takes the ground from under their own feet', async () => {
  const house = await open();
  const { list, as } = await withKey(house);
  const other = await withKey(house);
  assert.deepEqual(codeOf(await other.as('POST', list, [{ ipAddress: '1.1.1.1' }])), [
    401,
    'API_KEY_ACCESS_LIST_ACCESS_DENIED',
  ]);
  assert.equal((await as('POST', list, [{ ipAddress: '127.0.0.1' }, { ipAddress: '1.1.1.1' }])).status, 200);
  assert.deepEqual(codeOf(await as('DELETE', `${list}/127.0.0.1`)), [400, 'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST']);
  assert.equal((await as('DELETE', `${list}/1.1.1.1`)).status, 204);
  assert.deepEqual(codeOf(await other.as('DELETE', `${list}/127.0.0.1`)), [401, 'API_KEY_ACCESS_LIST_ACCESS_DENIED']);
  assert.equal((await house.api('DELETE', `${list}/127.0.0.1`)).status, 204, 'an owner removes it for the key');
  const nobody = list.replace(/[a-f0-9]{24}\/accessList/, `${'a'.repeat(24)}/accessList`);
  assert.deepEqual(codeOf(await house.api('GET', nobody)), [404, 'API_KEY_NOT_FOUND']);
});

test('an organization that requires lists lets in no key without one', async () => {
  const house = await open();
  const org = `/orgs/${house.owner.orgId}`;
  const { list, as } = await withKey(house);
  await house.api('PATCH', `${org}/settings`, { apiAccessListRequired: true });
  assert.deepEqual(codeOf(await as('GET', org)), [403, 'ORG_REQUIRES_ACCESS_LIST']);
  assert.equal((await as('GET', '/orgs')).status, 200, 'what is not inside of it stays open');
  assert.deepEqual(codeOf(await house.api('GET', list)), [403, 'ORG_REQUIRES_ACCESS_LIST'], 'owners too');
  // Nobody is left who could lift it, but for people and the operator.
  assert.equal((await house.api('PATCH', `${org}/settings`, { apiAccessListRequired: false })).status, 403);
  const path = `/api/telamon/v1/operator${org}/apiAccessList`;
  assert.equal((await house.api('PATCH', path, { required: false })).status, 401);
  assert.equal((await house.operator('PATCH', path, { required: false })).status, 200);
  assert.equal((await as('GET', org)).status, 200);
  const told = (await house.api('GET', `${org}/events?eventType=ORG_PUBLIC_API_ACCESS_LIST_NOT_REQUIRED`)).body.results;
  assert.deepEqual([told.length, told[0].isGlobalAdmin], [1, true]);
});

test('accounts have lists in their organization and in their projects, for Bearer calls', async () => {
  const house = await open();
  const { orgId } = house.owner;
  const groupId = await newProject(house);
  const about = { name: 'ci', description: 'tests', roles: ['ORG_OWNER'], secretExpiresAfterHours: 8 };
  const { clientId, secrets } = (await house.api('POST', `/orgs/${orgId}/serviceAccounts`, about)).body;
  const list = `/orgs/${orgId}/serviceAccounts/${clientId}/accessList`;
  const inGroup = `/groups/${groupId}/serviceAccounts/${clientId}/accessList`;
  assert.deepEqual(codeOf(await house.api('GET', inGroup)), [404, 'SERVICE_ACCOUNT_NOT_FOUND'], 'not yet in there');
  const made = await house.api('POST', list, [{ cidrBlock: '10.0.0.0/8' }]);
  const [{ createdAt, ...rest }] = made.body.results;
  assert.match(createdAt, /Z$/);
  assert.deepEqual(rest, { cidrBlock: '10.0.0.0/8', requestCount: 0 });

  const token = (
    await house.app.inject({
      method: 'POST',
      url: '/api/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secrets[0].secret,
      }).toString(),
    })
  ).json().access_token;
  const call = (method: 'GET' | 'DELETE', path: string, remoteAddress: string) =>
    house.app.inject({
      method,
      url: `/api/atlas/v2${path}`,
      remoteAddress,
      headers: { accept: ACCEPT, authorization: `Bearer ${token}` },
    });
  assert.equal((await call('GET', '/orgs', '10.1.1.1')).statusCode, 200, 'the token itself came from anywhere');
  assert.equal((await call('GET', '/orgs', '192.0.2.1')).json().errorCode, 'IP_ADDRESS_NOT_ON_ACCESS_LIST');
  assert.equal(
    (await call('DELETE', `${list}/10.0.0.0%2F8`, '10.1.1.1')).json().errorCode,
    'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST',
  );
  const [used] = (await house.api('GET', list)).body.results;
  assert.deepEqual([used.requestCount, used.lastUsedAddress], [2, '10.1.1.1']);

  await house.state.db
    .collection('serviceAccounts')
    .updateOne({ _id: clientId }, { $push: { roles: { groupId, roleName: 'GROUP_READ_ONLY' } } } as never);
  assert.equal((await house.api('GET', inGroup)).body.totalCount, 1);
  assert.equal((await house.api('POST', inGroup, [{ ipAddress: '1.1.1.1' }])).status, 200);
  assert.equal((await house.api('DELETE', `${inGroup}/1.1.1.1`)).status, 204);
  assert.equal((await house.api('DELETE', `${list}/10.0.0.0%2F8`)).status, 204);
  const gone = await house.api('DELETE', `${list}/10.0.0.0%2F8`);
  assert.deepEqual(codeOf(gone), [404, 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_NOT_FOUND']);
});

test('what a running server has counted is written down by itself, and at its end', async () => {
  const house = await open({ running: true });
  const { list, as, key } = await withKey(house);
  await house.api('POST', list, [{ ipAddress: '127.0.0.1' }]);
  await as('GET', '/orgs');
  await house.stop();
  const stored = await house.state.db.collection('apiKeys').findOne({ _id: key.id });
  assert.equal(stored?.accessList[0].count, 1);
});
