// Going back loses nothing: what was written on the new side since the cutover is on the old one when it ends.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { loose, numbered } from '../../testing/migration/scenario.ts';
import { Deployment } from './deployment.ts';
import { OplogLost } from './errors.ts';
import { compareDeployments, MigrationFailed } from './index.ts';
import { orOutrun } from './outrun.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());
beforeEach(() => clear(sets));

/** Away, and then whatever `more` says; both as administrators, since each side is read and written in its turn. */
const away = (more: object = {}) =>
  migrate(sets, { id: 'away', source: sets.source.admin, destination: sets.destination.admin, ...more });
const home = (more: object = {}) =>
  migrate(sets, { id: 'home', back: 'away', source: sets.destination.admin, destination: sets.source.admin, ...more });

async function finish(migration: ReturnType<typeof migrate>) {
  const ended = migration.run();
  await migration.until(ready);
  migration.cutover();
  return ended;
}

async function assertEqual(): Promise<void> {
  const { differences } = await compareDeployments(sets.source.admin, sets.destination.admin);
  assert.deepEqual(differences, []);
}

const databases = async (side: 'source' | 'destination'): Promise<string[]> => {
  const { databases: all } = await sets[side].client.db().admin().listDatabases({ nameOnly: true });
  return all.map((it) => it.name).filter((it) => !['admin', 'config', 'local'].includes(it));
};

test('there, written to in every way, stopped in the middle of the way back, and home again', async () => {
  const [old, next] = [sets.source.client.db('shop'), sets.destination.client.db('shop')];
  await loose(old).insertMany(numbered(2_000));
  await loose(old, 'expiring').createIndex({ at: 1 }, { expireAfterSeconds: 3_600 });
  await loose(old, 'expiring').insertMany([{ _id: 'kept', at: new Date(Date.now() - 3_590_000) }]);
  await loose(old, 'single').createIndex({ key: 1 }, { unique: true });
  await loose(old, 'single').insertMany([
    { _id: 1, key: 'a' },
    { _id: 2, key: 'b' },
  ]);
  for (const name of ['renamed', 'dropped']) await loose(old, name).insertMany(numbered(20));
  await old.createCollection('view', { viewOn: 'c', pipeline: [] });
  assert.equal((await finish(away({ reversible: true }))).verified.documents, 2_043);
  await assertEqual();

  // Before anybody thinks of going back.
  await loose(next).updateMany({ n: { $lt: 500 } }, { $set: { changed: true }, $inc: { count: 1 } });
  await loose(next).deleteMany({ n: { $gte: 1_900 } });
  await loose(next, 'expiring').updateOne({ _id: 'kept' }, { $set: { at: new Date(Date.now() + 3_600_000) } });
  // The holder of a unique key changes.
  await loose(next, 'single').updateOne({ _id: 1 }, { $set: { key: 'c' } });
  await loose(next, 'single').updateOne({ _id: 2 }, { $set: { key: 'a' } });
  await loose(next, 'renamed').rename('under another name');
  await next.dropCollection('dropped');
  await next.dropCollection('view');
  await next.createCollection('made here', { capped: true, size: 100_000 });
  await loose(next, 'made here').insertMany(numbered(30));

  const first = home();
  const stopped = first.run().catch((error) => error.name);
  await first.until(ready);
  await loose(next).createIndex({ n: 1 });
  await first.stop();
  assert.equal(await stopped, 'MigrationStopped');
  const session = sets.destination.client.startSession();
  await session.withTransaction(async () => {
    await loose(next).insertOne({ n: -1 }, { session });
    await loose(next, 'single').deleteOne({ _id: 1 }, { session });
  });
  await session.endSession();

  const second = home();
  const ended = second.run();
  await second.until(ready);
  await loose(next).insertOne({ n: -2 });
  second.cutover();
  const { verified, changes } = await ended;
  assert.ok(changes > 600, String(changes));
  assert.equal(verified.documents, 1_902 + 1 + 1 + 20 + 30);
  await assertEqual();
  assert.equal(await loose(old, 'expiring').countDocuments(), 1);
  const indexes = await Promise.all(['expiring', 'single'].map((it) => loose(old, it).indexes()));
  assert.deepEqual(
    indexes.map(([, it]) => [it!.expireAfterSeconds, it!.unique]),
    [
      [3_600, undefined],
      [undefined, true],
    ],
  );
  for (const side of ['source', 'destination'] as const) assert.deepEqual(await databases(side), ['shop']);
});

test('what only one side has is found at the end of the way back, and it is not called complete', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(50));
  await finish(away({ reversible: true }));
  await loose(sets.source.client.db('shop')).insertOne({ n: 'written to the old side' });
  await assert.rejects(finish(home()), /does not equal the source after the cutover: shop\.c: /);
});

test('there and back and there again', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(50));
  await finish(away({ reversible: true }));
  await loose(sets.destination.client.db('shop')).insertOne({ n: 51 });
  await finish(home({ reversible: true }));
  await loose(sets.source.client.db('shop')).insertOne({ n: 52 });
  await finish(away({ back: 'home' }));
  await assertEqual();
  assert.equal(await loose(sets.destination.client.db('shop')).countDocuments(), 52);
  for (const side of ['source', 'destination'] as const) assert.deepEqual(await databases(side), ['shop']);
});

test('without a migration that noted where it ended there is no way back, and nothing is changed', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(50));
  await finish(away());
  await assert.rejects(home().run(), (error) => {
    assert.ok(error instanceof MigrationFailed);
    assert.match(error.message, /Only one that ran with --reversible has it/);
    return true;
  });
  await assertEqual();
});

test('a migration whose end could not be noted is not called complete, since nothing would lead back from it', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(50));
  const own = sets.destination.client.db('telamon_migration');
  await own.createCollection('points.away', { validator: { never: true } });
  await assert.rejects(finish(away({ reversible: true })), /The end of the migration could not be noted/);
});

test('a way back whose changes are gone is not told to copy anew, which it never did', async () => {
  const source = await Deployment.connect(sets.destination.admin);
  try {
    const at = await source.operationTime();
    const state = { stage: 'tailing', at, token: undefined, changes: 0, seconds: 0 } as const;
    const told = (await orOutrun(new OplogLost(), { source, state }, true)) as Error;
    assert.match(told.message, /Nothing leads back without a copy any more: go back with `telamon migrate --drop`/);
    assert.doesNotMatch(told.message, /anew/);
  } finally {
    await source.close();
  }
});
