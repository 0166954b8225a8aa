// Whoever writes to the destination of a migration makes it differ; such a migration must not be called complete.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { MigrationFailed } from '../../src/migration/index.ts';
import { clear, migrate, ready, type Sets, startSets } from './fixture.ts';
import { loose, numbered } from './scenario.ts';

let sets: Sets;
let others: MongoClient;
before(async () => {
  sets = await startSets();
  others = new MongoClient(sets.destination.admin);
});
after(async () => {
  await others.close();
  await sets.end();
});

const cases: [string, (client: MongoClient) => Promise<unknown>, RegExp][] = [
  [
    'a changed document',
    (it) => loose(it.db('shop')).updateOne({ n: 3 }, { $set: { n: -3 } }),
    /shop\.c: .*not all equal/,
  ],
  ['one document more', (it) => loose(it.db('shop')).insertOne({ _id: 'mine' }), /shop\.c: 50 .* 51/],
  [
    'many changed documents of a large collection',
    (it) => loose(it.db('shop'), 'large').updateMany({}, { $inc: { n: 1 } }),
    /shop\.large: 300 of 300/,
  ],
  [
    'a second holder of a unique key',
    (it) => loose(it.db('shop')).insertOne({ _id: 'mine', key: 'k3' }),
    /shop\.c: .*unique.*index key_1/,
  ],
  ['a dropped collection', (it) => it.db('shop').dropCollection('large'), /shop\.large is missing/],
];

for (const [what, work, message] of cases) {
  test(`${what} on the destination is found at the cutover`, async () => {
    await clear(sets);
    await loose(sets.source.client.db('shop')).insertMany(numbered(50, (n) => ({ key: `k${n}` })));
    await loose(sets.source.client.db('shop')).createIndex({ key: 1 }, { unique: true });
    await loose(sets.source.client.db('shop'), 'large').insertMany(numbered(6_000));
    const migration = migrate(sets);
    const done = migration.run();
    await migration.until(ready);
    await work(others);
    migration.cutover();
    await assert.rejects(done, (error) => {
      assert.ok(error instanceof MigrationFailed);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('the report says what was compared', async () => {
  await clear(sets);
  await loose(sets.source.client.db('shop')).insertMany(numbered(50));
  await loose(sets.source.client.db('shop'), 'large').insertMany(numbered(6_000));
  const migration = migrate(sets);
  migration.cutover();
  const { verified } = await migration.run();
  assert.deepEqual(verified, {
    collections: 2,
    documents: 6_050,
    documentsComparedInFull: 50,
    documentsComparedBySample: 300,
  });
});
