import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { startSource } from '../../testing/migration/chaos/source.ts';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { startProxy } from '../../testing/migration/proxy.ts';
import { until } from '../../testing/wait.ts';
import { startMember, stopMember } from '../mongod/index.ts';
import { compareDeployments } from './index.ts';

const DOCUMENTS = 4_000;
const documents = () => Array.from({ length: DOCUMENTS }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

/** Copies slowly, lets `happen` happen to the source in the middle of it, and sees to it that all documents arrive. */
async function copies(t: TestContext, source: string, happen: () => Promise<unknown>): Promise<void> {
  const migration = migrate(sets, { source, maxBytesPerSecond: 0.5e6 });
  t.after(() => migration.stop());
  const done = migration.run();
  await migration.until((p) => p.documentsCopied > 1_000);
  // What happens may take longer than the rest of the copy, which goes on with another member meanwhile.
  assert.equal(migration.progress().phase, 'copying');
  assert.ok(migration.progress().documentsCopied < DOCUMENTS);
  await happen();
  await migration.until((p) => p.readyForCutover);
  migration.cutover();
  const report = await done;
  assert.deepEqual((await compareDeployments(source, sets.destination.uri)).differences, []);
  assert.equal(report.documents, DOCUMENTS);
}

test('a source that was killed gives what it replays another order; no document is passed over', async (t) => {
  await clear(sets);
  await sets.source.client.db('app').collection('c').insertMany(documents());
  await copies(t, sets.source.uri, async () => {
    await stopMember(sets.source.spec, { force: true });
    await startMember(sets.source.spec);
  });
});

test('another member of the source has its documents in another order; no document is passed over', async (t) => {
  await clear(sets);
  const source = await startSource(join(sets.dir, 'members'), sets.source.spec.mongod, 3);
  t.after(() => source.end());
  await source.client.db('app').collection('c').insertMany(documents());
  await copies(t, source.uri, async () => {
    const start = await source.killPrimary();
    // Two members elect one of them; the third comes back as a secondary.
    await source.client.db('app').collection('c').countDocuments();
    await start();
  });
});

test('stopped while it copies what convertToCapped has made, it copies that again', async (t) => {
  await clear(sets);
  const [from, to] = [sets.source.client.db('app'), sets.destination.client.db('app')];
  // Five batches, three seconds apart.
  const count = 10_000;
  const fill = 'x'.repeat(400);
  await from.collection('c').insertMany(Array.from({ length: count }, (_, n) => ({ n, fill })));
  const options = { id: 'capped', maxBytesPerSecond: 0.3e6 };
  const begin = (more: object) => {
    const migration = migrate(sets, more);
    t.after(() => migration.stop());
    return migration;
  };
  const fast = begin({ id: 'capped' });
  const endedFast = fast.run();
  await fast.until(ready);
  await fast.stop();
  await assert.rejects(endedFast, { name: 'MigrationStopped' });
  const first = begin(options);
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
  assert.ok(before < count, `stopped before all was there: ${before} of ${count}`);
  // Under its own: all of them, or those that the source had put there when the collection was noted.
  const second = begin(options);
  const endedToo = second.run();
  await until(
    () => copied(/^c$/),
    (it) => it > before,
  );
  await second.stop();
  await assert.rejects(endedToo, { name: 'MigrationStopped' });
  const third = begin({ id: 'capped' });
  const done = third.run();
  await third.until(ready);
  third.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('what was copied and not noted is copied again, however many small documents it is', async (t) => {
  await clear(sets);
  const [from, to] = [sets.source, sets.destination].map((it) => it.client.db('app').collection<{ _id: string }>('c'));
  const many = Array.from({ length: 100_000 }, (_, n) => ({ _id: `key ${n}` }));
  await from!.insertMany(many);
  const line = await startProxy(sets.destination.spec.port);
  t.after(() => line.close());
  const first = migrate(sets, { id: 'unnoted', destination: sets.destination.through(line.port) });
  const run = first.run();
  await first.until((p) => {
    if (p.phase !== 'copying') return false;
    line.hold();
    return true;
  });
  await first.stop();
  await assert.rejects(run, { name: 'MigrationStopped' });
  // All of it was under way when that process ended, and got there.
  await to!.insertMany(many);
  const second = migrate(sets, { id: 'unnoted' });
  t.after(() => second.stop());
  second.cutover();
  await second.run();
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('a migration whose end nobody has heard of drops and copies nothing when it is run again: it ends the same', async () => {
  await clear(sets);
  const [old, moved] = [sets.source, sets.destination].map((it) =>
    it.client.db('app').collection<{ _id: string }>('c'),
  );
  await old!.insertOne({ _id: 'moved' });
  const options = { id: 'unheard', drop: 'all', unheard: true } as const;
  const first = migrate(sets, options);
  first.cutover();
  const report = await first.run();
  // The application has moved on, and so has the source.
  await moved!.insertOne({ _id: 'written since' });
  await old!.insertOne({ _id: 'written by mistake' });
  const again = migrate(sets, options);
  assert.ok(await again.isBegun());
  assert.deepEqual(await again.run(), report);
  assert.equal(again.progress().phase, 'done');
  assert.deepEqual((await moved!.find().toArray()).map((it) => it._id).sort(), ['moved', 'written since']);
  await again.forget();
  assert.equal(await again.isBegun(), false);
});
