import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';

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

test('an alert opens when something is the case, is acknowledged, and closes when it is over; each with its event', async () => {
  const house = await open({ running: true, alertsMs: 2_000 });
  const { api } = house;
  const groupId = await newProject(house);
  const group = `/groups/${groupId}`;
  const cluster = await newCluster(house, groupId, 'c');
  const notifications = [{ typeName: 'GROUP', delayMin: 0 }];
  const make = async (body: object) =>
    (await api('POST', `${group}/alertConfigs`, { enabled: true, notifications, ...body })).body;
  const few = { eventTypeName: 'TOO_FEW_HEALTHY_MEMBERS', threshold: { operator: 'LESS_THAN', threshold: 2 } };
  const matchers = [{ fieldName: 'CLUSTER_NAME', operator: 'REGEX', value: '^c$' }];
  const config = await make({ ...few, matchers });
  const other = await make({ ...few, matchers: [{ fieldName: 'CLUSTER_NAME', operator: 'EQUALS', value: 'd' }] });
  const metricThreshold = { metricName: 'CONNECTIONS', operator: 'GREATER_THAN', threshold: 0, units: 'RAW' };
  const metric = await make({ eventTypeName: 'OUTSIDE_METRIC_THRESHOLD', metricThreshold });
  const late = await make({ ...few, notifications: [{ typeName: 'GROUP', delayMin: 5 }] });

  interface Seen {
    id: string;
    alertConfigId: string;
    status: string;
    hostnameAndPort: string;
    metricName: string;
    currentValue: { number: number; units: string };
  }
  const alerts = async (query = ''): Promise<Seen[]> => (await api('GET', `${group}/alerts${query}`)).body.results;
  const opened = await until(
    () => alerts('?status=OPEN'),
    (all) => [config.id, metric.id].every((id) => all.some((it) => it.alertConfigId === id)),
    90_000,
  );
  assert.equal(opened.length, 2, JSON.stringify(opened));
  const { id } = opened.find((it) => it.alertConfigId === config.id)!;
  const one = (await api('GET', `${group}/alerts/${id}`)).body;
  const about = [one.eventTypeName, one.status, one.clusterName, one.clusterId, one.groupId];
  assert.deepEqual(about, ['TOO_FEW_HEALTHY_MEMBERS', 'OPEN', 'c', cluster.id, groupId]);
  assert.deepEqual((await api('GET', `${group}/alerts/${id}/alertConfigs`)).body.results[0].id, config.id);
  assert.equal((await api('GET', `${group}/alertConfigs/${config.id}/alerts`)).body.results[0].id, id);
  assert.equal((await api('GET', `${group}/alertConfigs/${other.id}/alerts`)).body.totalCount, 0, 'it matches nothing');
  const beyond = opened.find((it) => it.alertConfigId === metric.id)!;
  assert.match(beyond.hostnameAndPort, /^127\.0\.0\.1:\d+$/);
  assert.deepEqual([beyond.metricName, beyond.currentValue.units], ['CONNECTIONS', 'RAW']);
  assert.ok(beyond.currentValue.number > 0);
  const [waits] = await alerts('?status=TRACKING');
  assert.equal(waits?.alertConfigId, late.id, 'nobody is told of it for five minutes');

  const acknowledgement = { acknowledgedUntil: '2126-01-01T00:00:00Z', acknowledgementComment: 'known' };
  const known = (await api('PATCH', `${group}/alerts/${id}`, acknowledgement)).body;
  assert.deepEqual([known.acknowledgedUntil, known.acknowledgementComment], Object.values(acknowledgement));
  assert.equal(known.acknowledgingUsername, house.owner.publicKey);
  const again = (await api('PATCH', `${group}/alerts/${id}`, { unacknowledgeAlert: true })).body;
  assert.equal(again.acknowledgedUntil, undefined);
  const wrong = await api('PATCH', `${group}/alerts/${id}`, { acknowledgedUntil: 'tomorrow' });
  assert.deepEqual([wrong.status, wrong.body.errorCode], [400, 'INVALID_JSON_ATTRIBUTE']);

  const less = { ...few, threshold: { operator: 'LESS_THAN', threshold: 1 }, enabled: true, notifications };
  assert.equal((await api('PUT', `${group}/alertConfigs/${config.id}`, less)).status, 200);
  assert.equal((await api('DELETE', `${group}/alertConfigs/${metric.id}`)).status, 204);
  const statuses = async () =>
    Object.fromEntries((await alerts()).map((it) => [it.alertConfigId, it.status])) as Record<string, string>;
  const ended = await until(statuses, (it) => it[config.id] === 'CLOSED' && it[metric.id] !== 'OPEN', 90_000);
  assert.equal(ended[metric.id], 'CANCELLED', 'its configuration is gone, the figure is as it was');
  assert.ok((await api('GET', `${group}/alerts/${id}`)).body.resolved);

  const told = (await api('GET', `${group}/events?itemsPerPage=500`)).body.results;
  const of = (alertId: string) =>
    told
      .filter((it: { alertId?: string }) => it.alertId === alertId)
      .map((it: { eventTypeName: string }) => it.eventTypeName);
  assert.deepEqual(of(id).reverse(), [
    'TOO_FEW_HEALTHY_MEMBERS',
    'ALERT_ACKNOWLEDGED_AUDIT',
    'ALERT_UNACKNOWLEDGED_AUDIT',
  ]);
  assert.deepEqual(of(beyond.id), ['OUTSIDE_METRIC_THRESHOLD']);
});
