import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';

let now = new Date('2026-01-01T00:00:00Z');
const { open } = harness();

// biome-ignore lint/suspicious/noExplicitAny: tests look at what they know is there
const types = (answer: { body: any }) => answer.body.results.map((it: { eventTypeName: string }) => it.eventTypeName);

async function setUp() {
  const house = await open({ clock: { now: () => now } });
  const tick = () => {
    now = new Date(now.getTime() + 1_000);
  };
  const { api, owner } = house;
  tick();
  const group = (await api('POST', '/groups', { name: 'shop', orgId: owner.orgId })).body;
  tick();
  await api('PATCH', `/groups/${group.id}`, { name: 'store', tags: [{ key: 'a', value: 'b' }] });
  tick();
  const key = (await api('POST', `/orgs/${owner.orgId}/apiKeys`, { desc: 'ci', roles: ['ORG_MEMBER'] })).body;
  return { house, api, org: `/orgs/${owner.orgId}`, group, key };
}

test('an event says what happened, where, by whom and from where; the newest stands first', async () => {
  const { house, api, org, group, key } = await setUp();
  const inOrg = await api('GET', `${org}/events`);
  assert.deepEqual(types(inOrg), ['API_KEY_CREATED', 'GROUP_TAGS_MODIFIED', 'GROUP_CREATED']);
  const [created] = inOrg.body.results;
  assert.match(created.links[0].href, new RegExp(`/api/atlas/v2/groups/null/events/${created.id}$`));
  assert.deepEqual(
    { ...created, id: undefined, links: undefined, apiKeyId: undefined },
    {
      ...{ id: undefined, links: undefined, apiKeyId: undefined },
      created: now.toISOString().replace('.000', ''),
      eventTypeName: 'API_KEY_CREATED',
      isGlobalAdmin: false,
      orgId: house.owner.orgId,
      publicKey: house.owner.publicKey,
      remoteAddress: '127.0.0.1',
      targetPublicKey: key.publicKey,
    },
  );
  const inGroup = await api('GET', `/groups/${group.id}/events`);
  assert.deepEqual(types(inGroup), ['GROUP_TAGS_MODIFIED', 'GROUP_NAME_CHANGED', 'GROUP_CREATED']);
  const one = await api('GET', `/groups/${group.id}/events/${inGroup.body.results[1].id}?includeRaw=true`);
  assert.deepEqual([one.status, one.body.raw._t, one.body.raw.gn], [200, 'GROUP_NAME_CHANGED', 'store']);
  assert.equal((await api('GET', `${org}/events/${created.id}`)).body.id, created.id);
  const elsewhere = await api('GET', `/groups/${group.id}/events/${created.id}`);
  assert.deepEqual([elsewhere.status, elsewhere.body.errorCode], [404, 'RESOURCE_NOT_FOUND']);
});

test('listings narrow by type, time and page; what cannot be a filter is refused', async () => {
  const { api, org, group } = await setUp();
  const list = async (query: string) => types(await api('GET', `/groups/${group.id}/events?${query}`));
  assert.deepEqual(await list('eventType=GROUP_CREATED'), ['GROUP_CREATED']);
  const both = ['GROUP_NAME_CHANGED', 'GROUP_CREATED'];
  assert.deepEqual(await list('eventType=GROUP_CREATED&eventType=GROUP_NAME_CHANGED'), both);
  assert.deepEqual(await list('eventType=GROUP_CREATED,GROUP_NAME_CHANGED'), both);
  assert.deepEqual(await list('excludedEventType=GROUP_TAGS_MODIFIED'), both);
  assert.deepEqual(await list('eventType=HOST_DOWN'), []);
  assert.deepEqual(await list('clusterNames=c0'), []);
  const second = (ms: number) => new Date(now.getTime() + ms).toISOString();
  assert.deepEqual(await list(`maxDate=${second(-2_000)}`), ['GROUP_CREATED']);
  assert.deepEqual(await list(`minDate=${second(-1_000)}&eventType=GROUP_NAME_CHANGED`), ['GROUP_NAME_CHANGED']);
  assert.deepEqual(await list(`minDate=${second(0)}`), []);
  const page = await api('GET', `${org}/events?itemsPerPage=1&pageNum=3&includeCount=true`);
  assert.deepEqual([types(page), page.body.totalCount], [['GROUP_CREATED'], 3]);
  for (const query of ['minDate=yesterday', 'eventType=a%20b', 'includeRaw=maybe']) {
    const answer = await api('GET', `${org}/events?${query}`);
    assert.deepEqual([answer.status, answer.body.errorCode], [400, 'INVALID_QUERY_PARAMETER'], query);
  }
});

test('a refused change leaves no event, and an empty one neither', async () => {
  const { api, org, group } = await setUp();
  const count = async () => (await api('GET', `/groups/${group.id}/events`)).body.totalCount;
  const before = await count();
  await api('POST', '/groups', { name: 'other', orgId: org.slice(6) });
  assert.equal((await api('PATCH', `/groups/${group.id}`, { name: 'other' })).status, 409);
  assert.equal((await api('PATCH', `/groups/${group.id}`, {})).status, 200);
  assert.equal((await api('PATCH', `/groups/${group.id}`, { name: 'store' })).status, 200);
  assert.equal(await count(), before);
});

test('the types are listed with what they tell', async () => {
  const { api } = await open();
  const all = (await api('GET', '/eventTypes?itemsPerPage=500')).body;
  assert.equal(all.results.length, all.totalCount);
  const one = all.results.find((it: { eventType: string }) => it.eventType === 'API_KEY_ACCESS_LIST_ENTRY_ADDED');
  assert.deepEqual(one, {
    alertable: false,
    description: 'An entry was added to the access list of an API key',
    eventType: 'API_KEY_ACCESS_LIST_ENTRY_ADDED',
  });
});

test('who wants no count is led through all pages without one', async () => {
  const { api, group } = await setUp();
  const path = `/groups/${group.id}/events`;
  const all = (await api('GET', path)).body;
  const seen: string[] = [];
  let pages = 0;
  for (let url = `${path}?includeCount=false&itemsPerPage=2`; url; pages++) {
    const { body } = await api('GET', url);
    assert.equal('totalCount' in body, false);
    seen.push(...body.results.map((it: { id: string }) => it.id));
    const next = body.links.find((it: { rel: string }) => it.rel === 'next');
    url = next ? next.href.slice(next.href.indexOf('/groups/')) : '';
  }
  assert.ok(all.totalCount > 2);
  assert.deepEqual(
    seen,
    all.results.map((it: { id: string }) => it.id),
  );
  assert.equal(pages, Math.ceil(all.totalCount / 2));
});
