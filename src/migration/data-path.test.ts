import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { compareDeployments } from './index.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const same = async () =>
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);

test('a copy keeps to the rate it was given, and everything arrives', async () => {
  await clear(sets);
  const documents = Array.from({ length: 4_000 }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));
  await sets.source.client.db('app').collection('c').insertMany(documents);
  const marks = { copying: 0, indexing: 0 };
  const migration = migrate(sets, {
    maxBytesPerSecond: 2e6,
    onProgress: (p) => {
      if (p.phase === 'copying' || p.phase === 'indexing') marks[p.phase] ||= performance.now();
      if (ready(p)) migration.cutover();
    },
  });
  const { bytes } = await migration.run();
  const seconds = (marks.indexing - marks.copying) / 1_000;
  // A second's worth may be made up for at the start, and the last batch is not waited for.
  assert.ok(seconds > bytes / 2e6 - 1.3, `${bytes} bytes in ${seconds} s`);
  assert.ok(seconds < bytes / 2e6 + 5, `${bytes} bytes in ${seconds} s`);
  await same();
});

test('a copy that waits for its rate stops at once', async () => {
  await clear(sets);
  await sets.source.client
    .db('app')
    .collection('c')
    .insertMany([{ fill: 'x'.repeat(1_000_000) }, { n: 2 }]);
  const migration = migrate(sets, { maxBytesPerSecond: 1_000 });
  const run = migration.run();
  await migration.until((p) => p.documentsCopied > 0);
  const began = performance.now();
  await migration.stop();
  await assert.rejects(run, { name: 'MigrationStopped' });
  assert.ok(performance.now() - began < 5_000);
});
