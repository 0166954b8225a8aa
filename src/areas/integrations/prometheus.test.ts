import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gauge, Registry } from 'prom-client';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { exposition, figuresOf } from './server-metrics.ts';

const { open } = harness();
const own = { username: 'prom_user', password: 'known to one: Prometheus' };
const basic = ({ username, password }: typeof own) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Lines of the exposition format as `name` to labels and value. */
function read(text: string): Map<string, { labels: Record<string, string>; value: number }> {
  const lines = text.split('\n').filter((it) => it && !it.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line)!;
      const pairs = [...labels!.matchAll(/(\w+)="([^"]*)"/g)].map((it) => [it[1]!, it[2]!]);
      return [name!, { labels: Object.fromEntries(pairs), value: Number(value) }];
    }),
  );
}

test('a Prometheus finds the processes of a project and reads their figures, with the password of its integration', async () => {
  const house = await open({ running: true });
  const { api, app, state, owner } = house;
  const groupId = await newProject(house);
  const other = await newProject(house, 'other');
  await newCluster(house, groupId, 'c');
  const at = `/groups/${groupId}/integrations/PROMETHEUS`;
  const settings = { type: 'PROMETHEUS', enabled: true, serviceDiscovery: 'http', username: own.username };
  const ask = async (path: string, who?: typeof own, remoteAddress = '127.0.0.1') => {
    const headers = { host: 'telamon.example:8443', ...(who ? { authorization: basic(who) } : {}) };
    return app.inject({ url: `/prometheus/v1.0/groups/${path}`, remoteAddress, headers });
  };
  const discover = (who?: typeof own, id = groupId) => ask(`${id}/discovery`, who);

  assert.equal((await discover(own)).statusCode, 401, 'there is no integration yet');
  const made = await api('POST', at, { ...settings, password: own.password });
  assert.deepEqual([made.status, made.body.results[0].username], [200, own.username]);
  assert.ok(!JSON.stringify(made.body).includes('assword'), 'the answer says nothing of the password');
  const kept = await state.db.collection('integrations').findOne({ groupId });
  assert.match(kept!.passwordHash, /^scrypt\$/);
  assert.ok(!JSON.stringify(kept).includes(own.password));

  const refused = await discover();
  assert.equal(refused.statusCode, 401);
  assert.match(String(refused.headers['www-authenticate']), /^Basic realm=/);
  for (const who of [
    { ...own, password: 'x' },
    { ...own, username: 'x' },
    { username: '', password: '' },
  ])
    assert.equal((await discover(who)).statusCode, 401);
  assert.equal((await discover(own, other)).statusCode, 401, 'the password of one project opens no other');
  assert.equal((await discover(own, 'nonsense')).statusCode, 401);

  const { hostname, port } = (await api('GET', `/groups/${groupId}/processes`)).body.results[0];
  const found = (await discover(own)).json();
  const path = `${groupId}/processes/${hostname}:${port}/metrics`;
  const labels = {
    instance: `${hostname}:${port}`,
    __scheme__: 'http',
    __metrics_path__: `/prometheus/v1.0/groups/${path}`,
  };
  assert.deepEqual(found, [{ targets: ['telamon.example:8443'], labels }]);

  const scrape = () => ask(path, own);
  const first = await scrape();
  assert.equal(first.statusCode, 200, first.payload);
  assert.match(String(first.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  const figures = read(first.payload);
  assert.equal(figures.get('mongodb_up')!.value, 1);
  assert.deepEqual(figures.get('mongodb_connections_current')!.labels, {
    ...{ group_id: groupId, org_id: owner.orgId, cl_name: 'c', process_port: String(port), process_type: 'mongod' },
    ...{ rs_nm: figures.get('mongodb_up')!.labels.rs_nm, rs_state: '1' },
  });
  const inserted = (text: string) => read(text).get('mongodb_opcounters_command')!.value;
  const later = await until(scrape, (it) => inserted(it.payload) > inserted(first.payload));
  assert.equal(later.statusCode, 200, 'figures are those of this moment');
  // A scrape took two of the four connections by which the control plane takes rights away, and each asked anew.
  const began = performance.now();
  const many = await Promise.all(Array.from({ length: 40 }, scrape));
  const seconds = (performance.now() - began) / 1_000;
  assert.ok(many.every((it) => it.statusCode === 200));
  const different = new Set(many.map((it) => it.payload)).size;
  // The one from before may end in between.
  assert.ok(different <= 2 + seconds, `${different} answers in ${seconds} s: scrapes at once share one`);
  assert.ok(figures.has('mongodb_wiredTiger_cache_bytes_currently_in_the_cache'));
  assert.equal((await ask(`${groupId}/processes/127.0.0.1:1/metrics`, own)).statusCode, 404);
  assert.equal((await ask(path)).statusCode, 401);

  assert.equal((await ask(path, own, '203.0.113.9')).statusCode, 403, 'it is not on the access list');
  await api('POST', `/groups/${groupId}/accessList`, [{ ipAddress: '203.0.113.9' }]);
  assert.equal((await ask(path, own, '203.0.113.9')).statusCode, 200);
  await api('DELETE', `/groups/${groupId}/accessList/203.0.113.9`);

  const put = (body: object) => api('PUT', at, body);
  assert.equal((await put({ ...settings, sendUserProvidedResourceTagsEnabled: true })).status, 400);
  // Basic authentication cannot say it: nobody could ever log in by that name.
  const colon = await put({ ...settings, username: 'prom:user' });
  assert.equal(colon.status, 400);
  assert.match(colon.body.detail, /username/);
  assert.equal((await scrape()).statusCode, 200, 'and nothing has changed');
  assert.equal((await put(settings)).status, 200);
  assert.equal((await scrape()).statusCode, 200, 'a change without a password leaves it as it was');
  assert.equal((await put({ ...settings, password: 'another' })).status, 200);
  assert.equal((await scrape()).statusCode, 401);
  assert.equal((await put({ ...settings, ...own })).status, 200);
  assert.equal((await scrape()).statusCode, 200);
  assert.equal((await put({ ...settings, enabled: false })).status, 200);
  assert.equal((await scrape()).statusCode, 401);
  await put(settings);

  await api('PATCH', `/groups/${groupId}/clusters/c`, { paused: true });
  await until(scrape, (it) => it.statusCode === 503);
  assert.equal((await api('DELETE', at)).status, 204);
  assert.equal((await scrape()).statusCode, 401);
});

test('guessing ends, and not for the project’s own Prometheus elsewhere', async () => {
  const house = await open();
  const groupId = await newProject(house);
  const body = { enabled: true, serviceDiscovery: 'file', ...own };
  assert.equal((await house.api('POST', `/groups/${groupId}/integrations/PROMETHEUS`, body)).status, 200);
  const ask = async (password: string, remoteAddress: string) => {
    const headers = { authorization: basic({ ...own, password }) };
    const url = `/prometheus/v1.0/groups/${groupId}/discovery`;
    return (await house.app.inject({ url, remoteAddress, headers })).statusCode;
  };
  const guesses = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`guess ${n}`, '192.0.2.2')));
  assert.deepEqual([guesses.filter((it) => it === 401).length, guesses.filter((it) => it === 429).length], [20, 10]);
  assert.equal(await ask(own.password, '192.0.2.1'), 200);
});

test('every number has a name that Prometheus takes', () => {
  const status = { ok: 1, host: 'h', a: { 'b c-d': 1, e: [1], f: { g: 2.5 } }, pid: 7, flag: true, at: new Date() };
  assert.deepEqual(
    [...figuresOf(status)],
    [
      ['mongodb_a_b_c_d', 1],
      ['mongodb_a_f_g', 2.5],
    ],
  );
});

test('what is written of a process is what a registry of prom-client writes of the same figures', async () => {
  const origin = {
    ...{ group_id: 'g', org_id: 'o', cl_name: 'a "b" \\ c\nd', rs_nm: 's', rs_state: '1', process_port: '27017' },
    process_type: 'mongod' as const,
  };
  const status = { version: '6.0.5', host: 'h:1', a: { b: 1, c: 2.5e30, e: -Infinity }, f: Infinity };
  const registry = new Registry();
  registry.setDefaultLabels(origin);
  const gauge = (name: string, help: string, labels: Record<string, string> = {}) =>
    new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] }).labels(labels);
  gauge('mongodb_up', 'Whether the process answered.').set(1);
  const about = { mongodb_version: '6.0.5', replica_set_member: 'h:1' };
  gauge('mongodb_info', 'The process, by its labels.', about).set(1);
  for (const [name, value] of figuresOf(status)) gauge(name, 'From serverStatus.').set(value);
  const lines = (text: string) => text.split('\n').filter((it) => it);
  const { text, contentType } = exposition(status, origin);
  assert.deepEqual(lines(text), lines(await registry.metrics()));
  assert.equal(contentType, registry.contentType);
});
