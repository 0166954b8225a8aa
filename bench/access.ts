// `npm run bench:access`: how long what a grant has opened outlives its revocation. A session of staff pings without
// a pause while the customer revokes; measured is from the sending of the revocation to the first refusal.
// `-- --json` ends with one JSON line, `-- --write` writes the section of docs/performance.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { atlas } from '../demo/atlas.ts';
import { telamon } from '../demo/children.ts';
import { createApiClient } from '../src/base/api-client.ts';
import { runningServer } from '../src/main/running.ts';
import { replicaSet } from '../testing/places.ts';
import { until } from '../testing/wait.ts';
import { writeSection } from './section.ts';
import { machine, today } from './tools.ts';

const ROUNDS = 100;
const root = mkdtempSync(join(tmpdir(), 'telamon-bench-'));
const data = join(root, 'data');

/** Pings until it is refused, and tells when that was. */
async function untilRefused(
  uri: string,
): Promise<{ inside: Promise<void>; refused: Promise<number>; end(): Promise<void> }> {
  const client = new MongoClient(uri, { maxPoolSize: 1 });
  const ping = () => client.db('admin').command({ serverStatus: 1, repl: 0, metrics: 0, wiredTiger: 0 });
  const inside = ping().then(() => undefined);
  const refused = inside.then(async () => {
    for (;;)
      try {
        await ping();
      } catch {
        return performance.now();
      }
  });
  return { inside, refused, end: () => client.close() };
}

const section = (f: { rounds: number; medianMs: number; p99Ms: number; maxMs: number }) => `## Access

Printed by \`npm run bench:access -- --write\` on ${today()}: ${machine()}.

| figure | measured | goal |
| --- | --- | --- |
| from the call that revokes to the refusal of an open session, ${f.rounds} times, median | ${f.medianMs} ms |  |
| the same, 99th percentile | ${f.p99Ms} ms | < 200 ms: ${f.p99Ms < 200 ? 'met' : '**missed**'} |
`;

async function measure(): Promise<number[]> {
  const child = telamon(['up', '--json', '--port', '0', '--no-rate-limits', '--ephemeral', '--data', data], () => {});
  try {
    const made = JSON.parse(await child.line((text) => text.startsWith('{')));
    const api = atlas(made.url, made.url, made);
    const { id: groupId } = await api.call('POST', '/groups', { name: 'bench', orgId: made.orgId });
    const path = `/groups/${groupId}/clusters`;
    await api.call('POST', path, replicaSet('c', 1));
    const cluster = await until(
      () => api.call('GET', `${path}/c`),
      (it) => it.stateName === 'IDLE',
      120_000,
    );
    const { username, password } = await runningServer(data).operator.call('POST', '/operator/staff', {
      body: { name: 'bench' },
    });
    const staff = createApiClient(`${made.url}/api/telamon/v1`, { username, password });
    const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: '2100-01-01T00:00:00Z' };
    const took: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      await api.call('POST', `${path}/c:grantMongoDBEmployeeAccess`, grant);
      const session = await staff.call('POST', `/staff/clusters/${cluster.id}/sessions`);
      const { inside, refused, end } = await untilRefused(session.uri);
      await inside;
      const since = performance.now();
      await api.call('POST', `${path}/c:revokeMongoDBEmployeeAccess`);
      took.push((await refused) - since);
      await end();
    }
    return took.sort((a, b) => a - b);
  } finally {
    await child.stop();
  }
}

try {
  const took = await measure();
  const at = (share: number) =>
    Math.round(took[Math.min(took.length - 1, Math.ceil(took.length * share) - 1)]! * 10) / 10;
  const figures = { rounds: took.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
  process.stderr.write(
    `from revoke to refusal, ${figures.rounds} times: median ${figures.medianMs} ms, p99 ${figures.p99Ms} ms, most ${figures.maxMs} ms\n`,
  );
  if (process.argv.includes('--write')) writeSection(section(figures));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
