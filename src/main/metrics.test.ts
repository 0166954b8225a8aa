import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { telamon } from '../../testing/migration/commands.ts';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';
import { until } from '../../testing/wait.ts';
import { createMigrationMetrics } from '../base/migration-metrics.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

/** The samples of an exposition, by name and labels. */
async function read(url: string): Promise<Map<string, number>> {
  const response = await fetch(url);
  assert.match(response.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((it) => it && !it.startsWith('#'));
  return new Map(lines.map((it) => [it.slice(0, it.lastIndexOf(' ')), Number(it.slice(it.lastIndexOf(' ') + 1))]));
}

test('a Prometheus sees a copy go on and the destination come near, on the loopback address alone', async (t) => {
  const documents = Array.from({ length: 3_000 }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));
  await sets.source.client.db('app').collection('c').insertMany(documents);
  const args = ['--source', sets.source.uri, '--destination', sets.destination.uri, '--max-rate', '300KB'];
  const state = ['--state-dir', join(sets.dir, 'state')];
  const run = telamon('migrate', ...args, ...state, '--metrics-port', '0');
  t.after(() => run.child.kill('SIGKILL'));
  const ready = run.line(/Ready/);
  await run.line(/copying: [1-9]/);
  const url = run.said(/Metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)/)!;
  const { port } = new URL(url);
  assert.equal((await fetch(new URL('/', url))).status, 404);

  const copying = await read(url);
  const [, id] = /migration="([0-9a-f]{12})"/.exec([...copying.keys()].join())!;
  const of = (samples: Map<string, number>, name: string) =>
    samples.get(`telamon_migration_${name}{migration="${id}"}`);
  assert.equal(of(copying, 'documents_total'), 3_000);
  assert.equal(of(copying, 'collections_total'), 1);
  assert.ok(of(copying, 'bytes_total')! > 3_000_000);
  assert.ok(of(copying, 'bytes_copied')! > 0);
  assert.equal(of(copying, 'lag_seconds'), undefined);
  assert.equal(copying.get(`telamon_migration_phase{migration="${id}",phase="copying"}`), 1);

  await ready;
  const second = await telamon('migrate', ...args, '--state-dir', sets.dir, '--metrics-port', port).ended;
  assert.equal(second.code, 1);
  assert.match(second.err, /No metrics on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\. Choose another --metrics-port\./);

  await sets.source.client.db('app').collection('c').insertOne({ late: true });
  const near = await until(
    () => read(url),
    (it) => of(it, 'changes_applied')! > 0 && of(it, 'lag_seconds') === 0,
  );
  assert.equal(of(near, 'documents_copied'), 3_000);
  assert.equal(of(near, 'ready_for_cutover'), 1);
  const phases = [...near.keys()].filter((it) => it.startsWith('telamon_migration_phase'));
  assert.deepEqual(phases, [`telamon_migration_phase{migration="${id}",phase="tailing"}`]);
  assert.ok(![...near.keys()].some((it) => it.includes('app.c')), 'no namespace makes a sample of its own');
  assert.equal((await telamon('cutover', id!, ...state).ended).code, 0);
  assert.equal((await run.ended).code, 0);
});

test('a migration that has ended is counted and shown no more', async () => {
  const metrics = createMigrationMetrics();
  const served = await metrics.serve(0, '127.0.0.1');
  const p = {
    ...{ phase: 'copying', bytesCopied: 1, bytesTotal: 3, documentsCopied: 1, documentsTotal: 3 },
    ...{ collectionsCopied: 0, collectionsTotal: 1, bytesPerSecond: 1, documentsPerSecond: 1 },
    ...{ changesApplied: 0, readyForCutover: false },
  };
  metrics.note('a', p);
  metrics.note('b', p);
  assert.equal((await read(served.url)).get('telamon_migration_copy_seconds_left{migration="a"}'), 2);
  metrics.ended('a', 'complete');
  metrics.ended('b', 'failed');
  assert.deepEqual(
    [...(await read(served.url))],
    [
      ['telamon_migrations_ended_total{outcome="complete"}', 1],
      ['telamon_migrations_ended_total{outcome="failed"}', 1],
    ],
  );
  served.close();
});
