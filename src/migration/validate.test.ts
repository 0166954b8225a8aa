// What is known beforehand to go wrong is refused beforehand, in words that tell the next step.
import assert from 'node:assert/strict';
import { statfs } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { loose, numbered } from '../../testing/migration/scenario.ts';
import { oplogPace, roomOn, tooFull, tooShort } from './capacity.ts';
import { Deployment } from './deployment.ts';
import { validateMigration } from './validate.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());
beforeEach(() => clear(sets));

const validate = (more: object = {}) =>
  validateMigration({ source: sets.source.uri, destination: sets.destination.uri, drop: false, ...more });

test('nothing is said of what can be migrated, and nothing of it is changed', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(10));
  await loose(sets.destination.client.db('other')).insertOne({ n: 1 });
  assert.deepEqual(await validate(), []);
  assert.deepEqual(await validate({ drop: 'all' }), []);
  assert.equal(await loose(sets.destination.client.db('other')).countDocuments(), 1);
});

test('every namespace in the way is named, collections and views alike, unless they may be dropped or are left out', async () => {
  const [from, to] = [sets.source.client, sets.destination.client];
  for (const name of ['a', 'b', 'c']) await from.db('shop').createCollection(name);
  await from.db('shop').createCollection('v', { viewOn: 'a' });
  await to.db('shop').createCollection('b');
  await to.db('shop').createCollection('v');
  await to.db('shop').createCollection('a', { viewOn: 'b' });
  await to.db('shop').createCollection('mine');
  const [said, ...more] = await validate();
  assert.match(said!, /already holds namespaces of the source: shop\.a, shop\.b, shop\.v\. Drop them there, or/);
  assert.deepEqual(more, []);
  assert.deepEqual(await validate({ drop: true }), []);
  assert.deepEqual(await validate({ include: ['shop.c'] }), []);
  assert.match((await validate({ exclude: ['shop.a', 'shop.v'] }))[0]!, /of the source: shop\.b\./);
});

test('a time series in the way is named once', async () => {
  const series = { timeseries: { timeField: 'at' } };
  for (const { client } of [sets.source, sets.destination]) await client.db('shop').createCollection('s', series);
  assert.deepEqual(await validate({ drop: true }), []);
  const [inTheWay, ...more] = await validate();
  assert.match(inTheWay!, /of the source: shop\.s\. Drop/);
  assert.deepEqual(more, []);
});

test('a destination that is older by its featureCompatibilityVersion, and a side that is too old by it', async () => {
  const set = (client: typeof sets.source.client, version: string) =>
    client.db('admin').command({ setFeatureCompatibilityVersion: version });
  const { version } = await sets.source.client.db('admin').command({ buildInfo: 1 });
  const [now, before] = version.startsWith('6.0') ? ['6.0', '5.0'] : ['7.0', '6.0'];
  await set(sets.destination.client, before!);
  try {
    const [said] = await validate();
    const expected =
      before === '5.0'
        ? /Destination has the featureCompatibilityVersion 5\.0, which is too old\. Set it to 6\.0 or newer there\./
        : /The destination has the featureCompatibilityVersion 6\.0, older than the source with 7\.0\. Set it to 7\.0/;
    assert.match(said!, expected);
  } finally {
    await set(sets.destination.client, now!);
  }
  assert.deepEqual(await validate(), []);
});

test('what clients encrypt is named', async () => {
  const encryptedFields = { fields: [] };
  await sets.source.client.db('shop').command({ create: 'sealed', encryptedFields });
  assert.match((await validate())[0]!, /Queryable Encryption, which is unsupported: shop\.sealed\./);
  assert.deepEqual(await validate({ exclude: ['shop.sealed'] }), []);
});

test('a migration that nobody has validated is refused for the same reasons, before it drops anything', async () => {
  await loose(sets.destination.client.db('shop')).insertOne({ n: 1 });
  const encryptedFields = { fields: [] };
  await sets.source.client.db('shop').command({ create: 'sealed', encryptedFields });
  const refused = { name: 'MigrationFailed', message: /Queryable Encryption, which is unsupported: shop\.sealed\./ };
  const migration = migrate(sets, { drop: 'all' });
  migration.cutover();
  await assert.rejects(migration.run(), refused);
  assert.equal(await loose(sets.destination.client.db('shop')).countDocuments(), 1);
  const { databases } = await sets.destination.client.db().admin().listDatabases({ nameOnly: true });
  assert.ok(!databases.some((it) => it.name === 'telamon_migration'));
});

test('an oplog that cannot hold what changes during the copy is told, with the size that it needs', async () => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(20_000));
  const source = await Deployment.connect(sets.source.uri);
  try {
    const pace = (await oplogPace(source))!;
    assert.ok(pace.bytesPerSecond > 0 && pace.maxBytes > 1e6, JSON.stringify(pace));
  } finally {
    await source.close();
  }
  assert.deepEqual(await validate(), [], 'at full speed it can');
  const [said] = await validate({ maxBytesPerSecond: 1 });
  assert.match(said!, /^The oplog of the source holds .* and the copy takes about .*\. Enlarge it to \d+ MB or more/);
});

test('the room on the destination is what its file system says, and what is dropped counts', async () => {
  await loose(sets.destination.client.db('shop')).insertMany(numbered(5_000));
  const destination = await Deployment.connect(sets.destination.uri);
  try {
    const [free, dropping] = [(await roomOn(destination, false))!, (await roomOn(destination, true))!];
    const { bsize, blocks, bavail } = await statfs(sets.dir);
    assert.ok(Math.abs(free - bavail * bsize) < 0.05 * blocks * bsize, `${free} and ${bavail * bsize}`);
    assert.ok(Math.abs(dropping - free) < 0.05 * blocks * bsize, 'little was there to be dropped');
  } finally {
    await destination.close();
  }
  const [GB, need] = [1e9, { bytes: 9e9, stored: 3e9 }];
  assert.equal(tooFull(need, undefined), undefined);
  assert.equal(tooFull(need, 3 * GB), undefined);
  assert.match(
    tooFull(need, 2.9 * GB)!,
    /^Available disk space on the destination needs to be increased: the source takes 3\.0 GB, and 2\.9 GB are free\.$/,
  );
  // 9 GB at 20 MB/s are 450 s; 1 GB of oplog at 2 MB/s lasts 500 s, at 4 MB/s 250 s.
  assert.equal(tooShort(need, { maxBytes: GB, bytesPerSecond: 2e6 }), undefined);
  assert.match(
    tooShort(need, { maxBytes: GB, bytesPerSecond: 4e6 })!,
    /holds 4 minutes .* takes about 8 minutes\. Enlarge it to 1717 MB/,
  );
  assert.match(
    tooShort(need, { maxBytes: GB, bytesPerSecond: 2e6 }, 10e6)!,
    /holds 8 minutes .* takes about 15 minutes/,
  );
  assert.equal(tooShort(need, undefined), undefined);
});

for (const [drop, left] of [
  [true, ['mine', 'shop']],
  ['all', ['shop']],
] as const) {
  test(`dropping ${drop === 'all' ? 'everything leaves' : 'what is in the way keeps'} what the source does not have`, async () => {
    const [from, to] = [sets.source.client, sets.destination.client];
    await loose(from.db('shop')).insertMany(numbered(10));
    await loose(to.db('shop')).insertOne({ n: -1 });
    await loose(to.db('mine')).insertOne({ n: -1 });
    const migration = migrate(sets, { drop });
    const ended = migration.run();
    await migration.until(ready);
    migration.cutover();
    await ended;
    const { databases } = await to.db('admin').admin().listDatabases({ nameOnly: true });
    const names = databases.map((it) => it.name).filter((it) => !['admin', 'config', 'local'].includes(it));
    assert.deepEqual(names.sort(), left);
    assert.equal(await loose(to.db('shop')).countDocuments(), 10);
  });
}

test('nobody has to ask beforehand: a deployment is not moved into itself, for which all its data would be dropped', async (t) => {
  const shop = loose(sets.destination.client.db('shop'));
  await shop.insertMany(numbered(10));
  for (const drop of ['all', true, false] as const) {
    const migration = migrate(sets, { source: sets.destination.admin, drop });
    t.after(() => migration.stop());
    migration.run();
    await assert.rejects(migration.until(ready), /^MigrationFailed: Source and destination are the same deployment/);
    assert.equal(await shop.countDocuments(), 10);
  }
});
