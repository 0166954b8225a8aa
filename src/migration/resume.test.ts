import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSource } from '../../testing/migration/chaos/source.ts';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { until } from '../../testing/wait.ts';
import { startMember, stopMember } from '../mongod/index.ts';
import { compareDeployments } from './index.ts';

const DOCUMENTS = 4_000;
/** Bytes per second, so slow that a busy machine, too, does what is to happen before the copy ends. */
const SLOW = 0.4e6;
const documents = () => Array.from({ length: DOCUMENTS }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

/** Copies slowly, lets `happen` happen to the source in the middle of it, and sees to it that all documents arrive. */
async function copies(source: string, happen: () => Promise<unknown>): Promise<void> {
  const migration = migrate(sets, { source, maxBytesPerSecond: SLOW });
  const done = migration.run();
  await migration.until((p) => p.documentsCopied > 1_000);
  await happen();
  assert.equal(migration.progress().phase, 'copying');
  await migration.until((p) => p.readyForCutover);
  migration.cutover();
  const report = await done;
  assert.deepEqual((await compareDeployments(source, sets.destination.uri)).differences, []);
  assert.equal(report.documents, DOCUMENTS);
}

test('a source that was killed gives what it replays another order; no document is passed over', async () => {
  await clear(sets);
  await sets.source.client.db('app').collection('c').insertMany(documents());
  await copies(sets.source.uri, async () => {
    await stopMember(sets.source.spec, { force: true });
    await startMember(sets.source.spec);
  });
});

test('another member of the source has its documents in another order; no document is passed over', async (t) => {
  await clear(sets);
  const source = await startSource(join(sets.dir, 'members'), sets.source.spec.mongod, 3);
  t.after(() => source.end());
  await source.client.db('app').collection('c').insertMany(documents());
  await copies(source.uri, async () => {
    const start = await source.killPrimary();
    // Two members elect one of them; the third comes back as a secondary.
    await source.client.db('app').collection('c').countDocuments();
    await start();
  });
});

test('stopped while it copies what convertToCapped has made, it copies that again', async () => {
  await clear(sets);
  const [from, to] = [sets.source.client.db('app'), sets.destination.client.db('app')];
  await from.collection('c').insertMany(documents());
  const options = { id: 'capped', maxBytesPerSecond: SLOW };
  const first = migrate(sets, options);
  const ended = first.run();
  await first.until(ready);
  await from.command({ convertToCapped: 'c', size: 64 << 20 });
  const copied = async (name: RegExp): Promise<number> => {
    const made = (await to.listCollections({ 'options.capped': true }).toArray()).find((it) => name.test(it.name));
    return made ? to.collection(made.name).countDocuments() : 0;
  };
  // Under the name that the server gives it first.
  await until(() => copied(/convertToCapped/), Boolean);
  await first.stop();
  await assert.rejects(ended, { name: 'MigrationStopped' });
  const before = await copied(/convertToCapped/);
  assert.ok(before < DOCUMENTS, 'stopped before all was there');
  // Under its own, as many as one batch brings.
  const second = migrate(sets, options);
  const endedToo = second.run();
  await until(
    () => copied(/^c$/),
    (it) => it >= before,
  );
  await second.stop();
  await assert.rejects(endedToo, { name: 'MigrationStopped' });
  assert.ok((await copied(/^c$/)) < DOCUMENTS, 'stopped before all was there');
  const third = migrate(sets, { id: 'capped' });
  const done = third.run();
  await third.until(ready);
  third.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});
