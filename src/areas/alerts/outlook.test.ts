import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenProcess } from '../monitoring/questions.ts';
import { type Alert, turn } from './alert.ts';
import { defaultConfigs, type Matcher } from './model.ts';
import { outlookOf } from './outlook.ts';

const now = new Date('2026-01-01T00:00:00Z');
const [base] = defaultConfigs('b'.repeat(24), now);
const config = (eventTypeName: Alert['eventTypeName'], more: object = {}) => ({ ...base!, eventTypeName, ...more });
const seen = (port: number, typeName: string, cluster = 'c') =>
  ({
    id: `h:${port}`,
    host: 'h',
    port,
    replSet: `set-${cluster}`,
    typeName,
    cluster: { _id: cluster, name: cluster },
  }) as SeenProcess;
const silent = () => undefined;
const subjects = (...args: Parameters<typeof outlookOf>) => outlookOf(...args).found.map((it) => it.subject);

const well = [seen(1, 'REPLICA_PRIMARY'), seen(2, 'REPLICA_SECONDARY'), seen(3, 'REPLICA_SECONDARY')];
const ill = [seen(4, 'NO_DATA', 'd'), seen(5, 'REPLICA_SECONDARY', 'd'), seen(6, 'RECOVERING', 'd')];

test('what is down, without a primary or short of members is found where it is', () => {
  assert.deepEqual(subjects(config('HOST_DOWN'), [well, ill], silent), ['h:4']);
  assert.deepEqual(subjects(config('NO_PRIMARY'), [well, ill], silent), ['d']);
  const fewer = (threshold: number) => ({ threshold: { operator: 'LESS_THAN', threshold } });
  assert.deepEqual(subjects(config('TOO_FEW_HEALTHY_MEMBERS', fewer(2)), [well, ill], silent), ['d']);
  assert.deepEqual(subjects(config('TOO_FEW_HEALTHY_MEMBERS', fewer(1)), [well, ill], silent), []);
  const more = { threshold: { operator: 'GREATER_THAN', threshold: 1 } };
  assert.deepEqual(subjects(config('TOO_MANY_UNHEALTHY_MEMBERS', more), [well, ill], silent), ['d']);
});

test('a figure is held against its threshold in the units of the threshold; one that is missing tells nothing', () => {
  const wanted = { metricName: 'MEMORY_RESIDENT', operator: 'GREATER_THAN', threshold: 2, units: 'GIGABYTES' };
  const it = config('OUTSIDE_METRIC_THRESHOLD', { metricThreshold: wanted });
  const latest = ({ port }: { port: number }) => (port === 1 ? 3 * 1_024 ** 3 : port === 2 ? 1_024 : undefined);
  const outlook = outlookOf(it, [well], latest);
  assert.deepEqual(
    outlook.found.map((one) => [one.hostnameAndPort, one.currentValue]),
    [['h:1', { number: 3, units: 'GIGABYTES' }]],
  );
  assert.deepEqual([...outlook.unknown], ['h:3']);
});

test('matchers narrow what a configuration is about; an expression without end matches nothing', () => {
  const found = (fieldName: string, operator: string, value: string) =>
    subjects(config('HOST_DOWN', { matchers: [{ fieldName, operator, value }] as Matcher[] }), [ill], silent);
  assert.deepEqual(found('PORT', 'EQUALS', '4'), ['h:4']);
  assert.deepEqual(found('HOSTNAME_AND_PORT', 'ENDS_WITH', ':4'), ['h:4']);
  assert.deepEqual(found('CLUSTER_NAME', 'NOT_EQUALS', 'd'), []);
  assert.deepEqual(found('REPLICA_SET_NAME', 'REGEX', '^set-[a-d]$'), ['h:4']);
  assert.deepEqual(found('REPLICA_SET_NAME', 'REGEX', '('), []);
  assert.deepEqual(found('APPLICATION_ID', 'NOT_EQUALS', 'x'), [], 'a process has none');
  const cluster = 'a'.repeat(60);
  const slow = config('NO_PRIMARY', {
    matchers: [{ fieldName: 'CLUSTER_NAME', operator: 'REGEX', value: '^(a+)+$!' }],
  });
  assert.deepEqual(subjects(slow, [[seen(7, 'NO_DATA', cluster)]], silent), []);
  const many = Array.from({ length: 400 }, (_, n) => [seen(n, 'NO_DATA', cluster + n)]);
  const began = performance.now();
  assert.deepEqual(subjects(slow, many, silent), []);
  assert.ok(performance.now() - began < 10_000, 'it is not tried for each of them: that would take 20 s');
});

test('what is seen twice and for long enough opens; what ends before that is forgotten', () => {
  const finding = { subject: 'd', clusterId: 'd', clusterName: 'd', replicaSetName: 's' };
  const is = { found: [finding], unknown: new Set<string>(), all: new Set(['d']) };
  const over = { ...is, found: [] };
  const it = config('NO_PRIMARY');
  const ids = { _id: 'a', groupId: 'g', orgId: 'o', alertConfigId: it._id, eventTypeName: it.eventTypeName };
  const tracked: Alert = { ...ids, ...finding, status: 'TRACKING', live: true, created: now, updated: now };
  const open: Alert = { ...tracked, status: 'OPEN' };
  const status = (turned: ReturnType<typeof turn>) => (typeof turned === 'object' ? turned.status : turned);
  assert.equal(status(turn(tracked, is, it, now)), 'OPEN');
  const slow = { ...it, notifications: [{ ...it.notifications[0]!, settings: { delayMin: 5 } }] };
  assert.equal(turn(tracked, is, slow, new Date(now.getTime() + 299_000)), undefined);
  assert.equal(status(turn(tracked, is, slow, new Date(now.getTime() + 300_000))), 'OPEN');
  assert.equal(turn(tracked, over, it, now), 'nobody');
  assert.equal(turn(open, is, it, now), undefined);
  assert.equal(status(turn(open, over, it, now)), 'CLOSED');
  assert.equal(turn(open, { ...over, unknown: new Set(['d']) }, it, now), undefined);
  assert.equal(status(turn(open, { ...over, all: new Set() }, it, now)), 'CANCELLED', 'paused or deleted');
  assert.equal(status(turn(open, undefined, undefined, now)), 'CANCELLED', 'nobody asks for it any more');
});
