import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

const { open } = harness();

test('an integration: its secrets rest sealed and are shown by their end alone; one of each type', async () => {
  const house = await open();
  const { api, state } = house;
  const at = `/groups/${await newProject(house)}/integrations`;
  const secret = '51c0ef87e9951c3e147accf0e12101';
  const wanted = { type: 'WEBHOOK', url: `https://example.com/hooks/${secret}`, secret };
  assert.equal((await api('POST', `${at}/WEBHOOK`, wanted)).status, 200);
  const seen = (await api('GET', `${at}/WEBHOOK`)).body;
  assert.deepEqual([seen.url, seen.secret], ['https://example.com/****2101', `${'*'.repeat(26)}2101`]);
  const stored = async () => (await state.db.collection('integrations').findOne({ type: 'WEBHOOK' }))!;
  const before = await stored();
  assert.equal(JSON.stringify(before).includes(secret), false);
  const { id: _id, ...sentBack } = seen;
  assert.equal((await api('PUT', `${at}/WEBHOOK`, { ...sentBack, bodyTemplate: 'x' })).status, 200);
  assert.deepEqual((await stored()).secrets, before.secrets, 'what is sent back as it was shown stays what it was');
  const again = await api('POST', `${at}/WEBHOOK`, wanted);
  assert.deepEqual([again.status, again.body.errorCode], [409, 'INTEGRATION_ALREADY_CONFIGURED']);
  for (const [type, body, status, code] of [
    ['PAGER_DUTY', {}, 400, 'MISSING_ATTRIBUTE'],
    ['PAGER_DUTY', { serviceKey: 'k', apiKey: 'k' }, 400, 'INVALID_ATTRIBUTE'],
    ['PAGER_DUTY', { type: 'DATADOG', serviceKey: 'k' }, 400, 'INVALID_ENUM_VALUE'],
    ['OPS_GENIE', { apiKey: 'k', region: 'MARS' }, 400, 'INVALID_ENUM_VALUE'],
    ['CARRIER_PIGEON', { apiKey: 'k' }, 400, 'INVALID_ENUM_VALUE'],
  ] as const) {
    const answer = await api('POST', `${at}/${type}`, body);
    assert.deepEqual([answer.status, answer.body.errorCode], [status, code], `${type} ${JSON.stringify(body)}`);
  }
  assert.equal((await api('DELETE', `${at}/WEBHOOK`)).status, 204);
  assert.equal((await api('GET', `${at}/WEBHOOK`)).body.errorCode, 'INTEGRATION_NOT_CONFIGURED');
  assert.equal((await api('GET', at)).body.totalCount, 0);
});

test('what only a cloud can do is refused as such; what there is none of is an empty list', async () => {
  const house = await open();
  const { api } = house;
  const group = `/groups/${await newProject(house)}`;
  for (const path of ['peers', 'containers', 'privateEndpoint/endpointService']) {
    const refused = await api('POST', `${group}/${path}`, { providerName: 'AWS' });
    assert.deepEqual([refused.status, refused.body.errorCode], [403, 'UNSUPPORTED_FOR_CURRENT_CONFIG'], path);
  }
  assert.deepEqual((await api('GET', `${group}/peers`)).body.results, []);
  assert.deepEqual((await api('GET', `${group}/containers/all`)).body.results, []);
  assert.deepEqual((await api('GET', `${group}/privateEndpoint/AWS/endpointService`)).body, []);
  assert.deepEqual((await api('GET', `${group}/ipAddresses`)).body.services, { clusters: [] });
});
