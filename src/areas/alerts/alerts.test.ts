import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newProject } from '../../../testing/places.ts';

const { open } = harness();

test('a project begins with the alerts that all have, unless it is made without', async () => {
  const house = await open();
  const { api, owner } = house;
  const all = (await api('GET', `/groups/${await newProject(house)}/alertConfigs`)).body;
  assert.ok(all.totalCount >= 8);
  assert.deepEqual(all.results[0].notifications[0].roles, ['GROUP_OWNER']);
  const bare = await api('POST', '/groups', { name: 'bare', orgId: owner.orgId, withDefaultAlertsSettings: false });
  assert.equal((await api('GET', `/groups/${bare.body.id}/alertConfigs`)).body.totalCount, 0);
});

test('an alert is configured, changed, switched off and deleted; its secrets are shown by their end alone', async () => {
  const house = await open();
  const { api, state } = house;
  const at = `/groups/${await newProject(house)}/alertConfigs`;
  const serviceKey = '00000000000000000000000000000022';
  const wanted = {
    eventTypeName: 'OUTSIDE_METRIC_THRESHOLD',
    enabled: true,
    matchers: [{ fieldName: 'TYPE_NAME', operator: 'EQUALS', value: 'PRIMARY' }],
    notifications: [{ typeName: 'PAGER_DUTY', serviceKey, region: 'EU', delayMin: 5, intervalMin: 15 }],
    metricThreshold: {
      metricName: 'CONNECTIONS',
      mode: 'AVERAGE',
      operator: 'GREATER_THAN',
      threshold: 9,
      units: 'RAW',
    },
  };
  const made = await api('POST', at, wanted);
  assert.equal(made.status, 201);
  const one = `${at}/${made.body.id}`;
  const seen = (await api('GET', one)).body;
  assert.equal(seen.notifications[0].serviceKey, `${'*'.repeat(28)}0022`);
  assert.deepEqual(seen.metricThreshold, wanted.metricThreshold);
  assert.match(seen.links[1].rel, /^http:\/\/[^/]+\/alerts$/);
  const rest = async () => (await state.db.collection<{ _id: string }>('alertConfigs').findOne({ _id: seen.id }))!;
  const before = (await rest()) as unknown as { notifications: { secrets: object }[] };
  assert.equal(JSON.stringify(before).includes(serviceKey), false);
  const changed = await api('PUT', one, { ...seen, severityOverride: 'CRITICAL' });
  assert.deepEqual([changed.status, changed.body.severityOverride], [200, 'CRITICAL']);
  const after = (await rest()) as unknown as typeof before;
  assert.deepEqual(after.notifications[0]!.secrets, before.notifications[0]!.secrets);
  assert.equal((await api('PATCH', one, { enabled: false })).body.enabled, false);
  assert.equal((await api('GET', `${one}/alerts`)).body.totalCount, 0);
  for (const [body, code] of [
    [{ ...wanted, notifications: [] }, 'VALIDATION_ERROR'],
    [{ ...wanted, notifications: [{ typeName: 'PIGEON' }] }, 'INVALID_ENUM_VALUE'],
    [{ ...wanted, notifications: [{ typeName: 'EMAIL', serviceKey }] }, 'INVALID_ATTRIBUTE'],
    [{ ...wanted, notifications: [{ typeName: 'EMAIL', intervalMin: 1 }] }, 'VALIDATION_ERROR'],
    [{ ...wanted, matchers: [{ fieldName: 'X', operator: 'EQUALS', value: 'a' }] }, 'INVALID_ENUM_VALUE'],
    [{ enabled: true }, 'MISSING_ATTRIBUTE'],
  ] as const)
    assert.equal((await api('POST', at, body)).body.errorCode, code, JSON.stringify(body));
  assert.equal((await api('DELETE', one)).status, 204);
  assert.equal((await api('GET', one)).body.errorCode, 'ALERT_CONFIG_NOT_FOUND');
});
