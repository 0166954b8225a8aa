import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { seed, startWriter } from '../../testing/migration/writer.ts';
import { startMember, stopMember } from '../mongod/index.ts';
import { compareDeployments, MigrationFailed, MigrationStopped } from './index.ts';

const DOCUMENTS = 20_000;
let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const same = async () =>
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);

test('an application that writes throughout loses nothing; the cutover is short', async (t) => {
  await clear(sets);
  await seed(sets.source.client, DOCUMENTS);
  const writer = startWriter(sets.source.client, DOCUMENTS);
  t.after(() => writer.stop());
  const migration = migrate(sets);
  const done = migration.run();
  await migration.until(ready);
  assert.equal(migration.progress().phase, 'tailing');
  await writer.more(300);
  await writer.stop();
  migration.cutover();
  migration.cutover();
  const report = await done;
  assert.equal(migration.progress().phase, 'done');
  t.diagnostic(`${writer.writes} rounds of writes, ${report.changes} changes, cutover ${report.cutoverSeconds} s`);
  assert.ok(report.changes > 1_000);
  // How short it is on a quiet machine is for the bench to say; here it waits for no time limit.
  assert.ok(report.cutoverSeconds < 30, `the cutover took ${report.cutoverSeconds} s`);
  assert.equal(report.verified.collections, report.collections);
  await same();
  const { databases } = await sets.destination.client.db('admin').admin().listDatabases({ nameOnly: true });
  assert.ok(!databases.some((it) => it.name === 'telamon_migration'), 'the checkpoint is gone');
});

test('stopped while it copies and while it follows, it goes on from there', async (t) => {
  await clear(sets);
  await seed(sets.source.client, DOCUMENTS);
  const writer = startWriter(sets.source.client, DOCUMENTS);
  t.after(() => writer.stop());
  const id = 'stopped';
  const first = migrate(sets, { id });
  const firstRun = first.run();
  await first.until((p) => p.phase === 'copying');
  await first.stop();
  await assert.rejects(firstRun, MigrationStopped);
  // Dropping is for a fresh start alone: a second one would lose what the first has copied.
  const second = migrate(sets, { id });
  const secondRun = second.run();
  await second.until((p) => ready(p) && p.changesApplied > 50);
  await second.stop();
  await assert.rejects(secondRun, MigrationStopped);
  const third = migrate(sets, { id });
  const done = third.run();
  await third.until(ready);
  await writer.stop();
  third.cutover();
  await done;
  await same();
});

test('the primary of the destination dies and returns, while copying and while following', async (t) => {
  await clear(sets);
  await seed(sets.source.client, DOCUMENTS);
  const writer = startWriter(sets.source.client, DOCUMENTS);
  t.after(() => writer.stop());
  const migration = migrate(sets);
  const done = migration.run();
  await migration.until((p) => p.phase === 'copying');
  await stopMember(sets.destination.spec, { force: true });
  await startMember(sets.destination.spec);
  await migration.until((p) => ready(p) && p.changesApplied > 50);
  await stopMember(sets.destination.spec, { force: true });
  await startMember(sets.destination.spec);
  const applied = migration.progress().changesApplied;
  await writer.more(100);
  await migration.until((p) => ready(p) && p.changesApplied > applied);
  await writer.stop();
  migration.cutover();
  await done;
  await same();
});

test('a namespace that stands in the way is named, and dropped only when told to', async () => {
  await clear(sets);
  await sets.source.client.db('app').collection('c').insertOne({ a: 1 });
  const destination = new MongoClient(sets.destination.admin);
  await destination.db('app').collection('c').insertOne({ b: 1 });
  await destination.db('app').collection('mine').insertOne({ b: 1 });
  await assert.rejects(migrate(sets, { drop: false }).run(), (error) => {
    assert.ok(error instanceof MigrationFailed);
    assert.match(error.message, /^The destination already holds .*: app\.c\./);
    return true;
  });
  const migration = migrate(sets);
  migration.cutover();
  await migration.run();
  assert.equal(await destination.db('app').collection('mine').countDocuments(), 1);
  await destination.close();
  const { differences } = await compareDeployments(sets.source.uri, sets.destination.uri);
  assert.deepEqual(
    differences.map((it) => [it.namespace, it.what]),
    [['app.mine', 'extra']],
  );
});
