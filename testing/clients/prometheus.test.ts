// The real Prometheus, set up as docs/access.md says: it finds the processes by itself and keeps their figures.
// It is looked for on the PATH: distributions have it as the package `prometheus`.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApiClient } from '../../src/base/api-client.ts';
import { freePort } from '../../src/mongod/index.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { installation } from './installation.ts';

const MEDIA = 'application/vnd.atlas.2025-02-19+json';
const skip = spawnSync('prometheus', ['--version']).status === 0 ? false : 'there is no prometheus on the PATH';
const login = { username: 'prom_user', password: 'known to one: Prometheus' };

interface Series {
  metric: Record<string, string>;
  value: [number, string];
}

/** Starts a Prometheus that knows one project; asks it in its own language. */
async function prometheus(t: TestContext, dir: string, discovery: string) {
  const auth = { basic_auth: login };
  const job = { job_name: 'telamon', scrape_interval: '1s', ...auth, http_sd_configs: [{ url: discovery, ...auth }] };
  const config = join(dir, 'prometheus.json');
  // What is JSON is YAML.
  writeFileSync(config, JSON.stringify({ scrape_configs: [job] }));
  const port = await freePort();
  const told = [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'tsdb')}`];
  const child = spawn('prometheus', [...told, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return async (query: string): Promise<Series[]> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query })}`;
    // It is only starting.
    const answer = await fetch(url).catch(() => undefined);
    if (!answer?.ok) return [];
    return ((await answer.json()) as { data: { result: Series[] } }).data.result;
  };
}

test('a Prometheus finds every process of a project, and its figures follow what happens', { skip }, async (t) => {
  const { url, publicKey, privateKey, orgId, dir } = await installation();
  const api = createApiClient(`${url}/api/atlas/v2`, { username: publicKey, password: privateKey });
  const call = (method: string, path: string, body?: unknown) => api.call(method, path, { body, accept: MEDIA });
  const { id } = await call('POST', '/groups', { name: 'p', orgId });
  await call('POST', `/groups/${id}/clusters`, replicaSet('c', 3));
  await until(
    () => call('GET', `/groups/${id}/clusters/c`),
    (it) => it.stateName === 'IDLE',
    120_000,
  );
  await call('POST', `/groups/${id}/accessList`, [{ ipAddress: '127.0.0.1' }]);
  const settings = { type: 'PROMETHEUS', enabled: true, serviceDiscovery: 'http', ...login };
  await call('POST', `/groups/${id}/integrations/PROMETHEUS`, settings);

  const ask = await prometheus(t, dir, `${url}/prometheus/v1.0/groups/${id}/discovery`);
  const up = await until(
    () => ask('up{job="telamon"} == 1'),
    (it) => it.length === 3,
    120_000,
  );
  const { results } = await call('GET', `/groups/${id}/processes`);
  const processes = (results as { hostname: string; port: number }[]).map((it) => `${it.hostname}:${it.port}`);
  assert.deepEqual(up.map((it) => it.metric.instance).sort(), processes.sort());
  const primaries = await ask('mongodb_up{cl_name="c", rs_state="1"}');
  assert.deepEqual([primaries.length, primaries[0]?.value[1]], [1, '1']);
  const growing = await until(
    () => ask('increase(mongodb_opcounters_command[1m]) > 0'),
    (it) => it.length === 3,
    120_000,
  );
  assert.ok(growing.every((it) => it.metric.group_id === id));

  // Wrong from here on: every target is down, as Prometheus has it.
  await call('PUT', `/groups/${id}/integrations/PROMETHEUS`, { ...settings, enabled: false });
  await until(
    () => ask('up{job="telamon"} == 0'),
    (it) => it.length === 3,
    120_000,
  );
});
