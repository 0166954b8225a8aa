import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

const { open } = harness();

async function setUp() {
  const house = await open();
  const groupId = await newProject(house);
  const path = `/groups/${groupId}/accessList`;
  const post = (...entries: object[]) => house.api('POST', path, entries);
  return { ...house, groupId, path, post };
}

test('what is posted is answered as the whole list, in the shape Atlas gives it', async () => {
  const { api, groupId, path, post } = await setUp();
  const made = await post({ ipAddress: '192.168.0.243', comment: 'test', groupId });
  assert.equal(made.status, 201);
  const href = made.body.links[0].href as string;
  assert.match(href, /\/accessList\?includeCount=true&pageNum=1&itemsPerPage=100$/);
  const self = `${href.split('?')[0]}/192.168.0.243%2F32`;
  const entry = {
    cidrBlock: '192.168.0.243/32',
    comment: 'test',
    groupId,
    ipAddress: '192.168.0.243',
    links: [{ href: self, rel: 'self' }],
  };
  assert.deepEqual([made.body.results, made.body.totalCount], [[entry], 1]);
  for (const name of ['192.168.0.243', '192.168.0.243%2F32', '192.168.0.243%2f32'])
    assert.deepEqual((await api('GET', `${path}/${name}`)).body, entry, name);
  assert.deepEqual((await api('GET', `${path}/192.168.0.243/status`)).body, { STATUS: 'ACTIVE' });
  await post(
    { cidrBlock: '10.0.0.0/8' },
    { ipAddress: '2001:DB8::1' },
    { ipAddress: '192.168.0.243', comment: 'again' },
  );
  const { results } = (await api('GET', path)).body;
  assert.deepEqual(
    results.map((it: typeof entry) => [it.cidrBlock, it.ipAddress, it.comment]),
    [
      ['192.168.0.243/32', '192.168.0.243', 'again'],
      ['10.0.0.0/8', undefined, undefined],
      ['2001:db8::1/128', '2001:db8::1', undefined],
    ],
  );
  assert.equal((await api('DELETE', `${path}/192.168.0.243`)).status, 204);
  assert.equal((await api('DELETE', `${path}/2001:db8:0::1`)).status, 204);
  const gone = await api('GET', `${path}/192.168.0.243`);
  assert.deepEqual([gone.status, gone.body.errorCode], [404, 'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND']);
  const events = (await api('GET', `/groups/${groupId}/events`)).body.results;
  const told = events.map((it: { eventTypeName: string; whitelistEntry?: string }) => [
    it.eventTypeName,
    it.whitelistEntry,
  ]);
  assert.ok(
    told.some(([type, at]: string[]) => type === 'NETWORK_PERMISSION_ENTRY_UPDATED' && at === '192.168.0.243/32'),
  );
});

test('a wrong entry is refused by its name, and none of its list is kept', async () => {
  const { api, path, post } = await setUp();
  const later = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const wrong: [object, string][] = [
    [{ ipAddress: '1.2.3' }, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [{ ipAddress: '1.2.3.4/24' }, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [{ cidrBlock: '1.2.3.4/33' }, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [{ cidrBlock: '0x7f.1' }, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [{ cidrBlock: 'fe80::1%eth0/64' }, 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
    [{ cidrBlock: '1.2.3.4/32', ipAddress: '1.2.3.5' }, 'MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY'],
    [{ comment: 'nothing else' }, 'MISSING_ATTRIBUTE'],
    [{ ipAddress: '1.2.3.4', comment: 'x'.repeat(81) }, 'INVALID_NETWORK_PERMISSION_COMMENT'],
    [{ ipAddress: '1.2.3.4', deleteAfterDate: later(-1) }, 'EXPIRATION_DATE_IN_PAST'],
    [{ ipAddress: '1.2.3.4', deleteAfterDate: later(8) }, 'EXPIRATION_DATE_EXCEEDS_MAX'],
    [{ awsSecurityGroup: 'sg-12345678' }, 'VALIDATION_ERROR'],
    [{ ipAddress: '1.2.3.4', port: 1 }, 'INVALID_ATTRIBUTE'],
  ];
  for (const [entry, code] of wrong) {
    const answer = await post({ ipAddress: '9.9.9.9' }, entry);
    assert.deepEqual([answer.status, answer.body.errorCode], [400, code], JSON.stringify(entry));
  }
  const many = Array.from({ length: 201 }, (_, n) => ({ cidrBlock: `10.0.${n}.0/24` }));
  const tooMany = await post(...many);
  assert.deepEqual([tooMany.status, tooMany.body.errorCode], [403, 'ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED']);
  assert.equal((await api('GET', path)).body.totalCount, 0);
  assert.equal((await post(...many.slice(1), { cidrBlock: '10.0.1.0/24' })).body.totalCount, 200);
  const events = `/groups/${/groups\/(\w+)/.exec(path)![1]}/events?eventType=NETWORK_PERMISSION_ENTRY_UPDATED`;
  assert.equal((await api('GET', events)).body.totalCount, 0, 'one of a kind is written once');
});
