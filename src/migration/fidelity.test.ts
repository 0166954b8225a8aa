import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  type Collection,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { Deployment } from './deployment.ts';
import { compareDeployments } from './index.ts';
import { createCollection } from './options.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const source = (db = 'shop') => sets.source.client.db(db);
const destination = (db = 'shop') => sets.destination.client.db(db);
// biome-ignore lint/suspicious/noExplicitAny: identifiers of every type are the point here
const anyId = (value: unknown): any => value;

async function moveAll(): Promise<void> {
  const migration = migrate(sets);
  const done = migration.run();
  await migration.until(ready);
  migration.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
}

/** With an int32 as _id this fills a document to the last of its 16 MiB. */
const largest = Buffer.alloc(16 * 1024 * 1024 - 22, 7);

const exact = { promoteValues: false, promoteBuffers: false, promoteLongs: false, bsonRegExp: true };

/** Types that a driver in its usual mode would change on the way. */
const values = {
  double: new Double(5),
  negativeZero: new Double(-0),
  nan: new Double(Number.NaN),
  long: Long.fromString('7'),
  large: Long.fromString('9007199254740993'),
  int: new Int32(5),
  decimal: Decimal128.fromString('1.10'),
  date: new Date(-1),
  binary: new Binary(Buffer.from([1, 2, 3]), 0x80),
  uuid: new UUID(),
  timestamp: new Timestamp({ t: 1, i: 2 }),
  regexp: new BSONRegExp('^a', 'im'),
  code: new Code('return a', { a: new Double(1) }),
  min: new MinKey(),
  max: new MaxKey(),
  nothing: null,
  empty: {},
  list: [new Double(1), [], [[]]],
};
const ids = [
  ...[new Int32(1), new Double(2), Long.fromString('3'), new Double(Number.NaN), 'text', { a: 1, b: new Double(2) }],
  ...[null, true, new Date(0), new UUID(), new ObjectId(), new MinKey(), new MaxKey(), Decimal128.fromString('4.0')],
];

async function fillTypes(at: Collection): Promise<void> {
  await at.insertMany(ids.map((it) => ({ _id: anyId(it), ...values })));
  await at.insertOne({ _id: anyId('only an id') });
  await at.insertOne({ _id: anyId('names') });
  const set = (field: string, value: unknown) => ({
    $replaceWith: { $setField: { field: { $literal: field }, input: '$$ROOT', value } },
  });
  await at.updateOne({ _id: anyId('names') }, [set('a.b', 1), set('$c', 2), set('0', 3), set('x', { y: 4 })]);
}

test('every type of value and of _id, odd names and the largest document arrive byte for byte', async () => {
  await clear(sets);
  await fillTypes(source().collection('types'));
  await source()
    .collection('large')
    .insertOne({ _id: anyId(1), a: largest });
  await source().collection('large').insertOne({ small: 1 });
  await moveAll();
  const [there] = await destination()
    .collection('types')
    .find({ _id: anyId('text') }, exact)
    .toArray();
  assert.equal(there!.double._bsontype, 'Double');
  assert.equal(there!.long._bsontype, 'Long');
  assert.equal(await destination().collection('types').countDocuments(), ids.length + 2);
});

test('the same arrive as changes', async () => {
  await clear(sets);
  const types = source().collection('types');
  await types.insertOne({ _id: anyId('first'), arr: [1, 2, 3] });
  const migration = migrate(sets);
  const done = migration.run();
  await migration.until(ready);
  await fillTypes(types);
  await types.updateMany({}, { $set: { 'nested.deep': new Double(1) } });
  await types.updateMany({ nested: { $exists: true } }, [{ $set: { 'nested.deep': 1, 'nested.z': 1 } }]);
  await types.updateOne({ _id: anyId('first') }, [{ $set: { arr: { $slice: ['$arr', 1] } } }]);
  await types.updateOne({ _id: anyId('names') }, [
    { $replaceWith: { $setField: { field: { $literal: 'a.b' }, input: '$$ROOT', value: 9 } } },
  ]);
  // The order of fields is content, and an update may change it alone.
  await types.replaceOne({ _id: anyId('only an id') }, { b: 1, a: 1 });
  await types.updateOne({ _id: anyId('only an id') }, [{ $unset: 'b' }, { $set: { b: 1 } }]);
  await types.deleteOne({ _id: anyId(null) });
  await source()
    .collection('large')
    .insertOne({ _id: anyId(1), a: largest });
  await source()
    .collection('large')
    .updateOne({ _id: anyId(1) }, { $unset: { a: 1 }, $set: { b: 'x'.repeat(1e7) } });
  await source()
    .collection('large')
    .insertOne({ _id: anyId(2), a: largest });
  migration.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('identifiers that a collation holds for one are followed through their changes', async () => {
  await clear(sets);
  const at = await source().createCollection('folded', { collation: { locale: 'en', strength: 2 } });
  await at.insertMany([{ _id: anyId('a'), n: 1 }, { _id: anyId('b') }]);
  const migration = migrate(sets);
  const done = migration.run();
  await migration.until(ready);
  await at.deleteOne({ _id: anyId('a') });
  await at.insertOne({ _id: anyId('A'), n: 2 });
  await at.updateOne({ _id: anyId('A') }, { $set: { n: 3 } });
  await at.deleteOne({ _id: anyId('b') });
  await at.insertOne({ _id: anyId('B') });
  migration.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('every kind of index and of collection, and views on views', async () => {
  await clear(sets);
  const db = source();
  const items = db.collection('items');
  await items.insertMany(
    Array.from({ length: 500 }, (_, n) => ({
      n,
      group: n % 7,
      text: `word${n}`,
      at: new Date(),
      point: [n / 10, 1],
      h: n,
    })),
  );
  await items.createIndex({ n: 1 }, { unique: true });
  await items.createIndex({ group: 1, n: -1 }, { name: 'compound' });
  await items.createIndex({ text: 'text' }, { default_language: 'german', weights: { text: 3 } });
  await items.createIndex({ point: '2dsphere' });
  await items.createIndex({ at: 1 }, { expireAfterSeconds: 86_400 });
  await items.createIndex({ group: 1 }, { partialFilterExpression: { n: { $gt: 5 } } });
  await items.createIndex({ maybe: 1 }, { sparse: true });
  await items.createIndex({ text: 1 }, { collation: { locale: 'de', strength: 1 }, hidden: true });
  await items.createIndex({ h: 'hashed' });
  await items.createIndex({ 'any.$**': 1 });
  // Two on one key that differ in uniqueness alone, and names of fields that objects would reorder.
  await items.createIndex({ h: 1 }, { name: 'h plain' });
  await items.createIndex({ h: 1 }, { name: 'h unique', unique: true });
  await items.createIndex(
    new Map([
      ['z', 1],
      ['0', 1],
    ] as const),
    { name: 'ordered' },
  );
  await db.createCollection('validated', {
    validator: { n: { $type: 'int' } },
    validationAction: 'warn',
    validationLevel: 'moderate',
  });
  await db.collection('validated').insertOne({ n: 'no int' });
  const capped = await db.createCollection('capped', { capped: true, size: 65_536, max: 100 });
  await capped.insertMany(Array.from({ length: 150 }, (_, n) => ({ n })));
  await db.createCollection('clustered', {
    clusteredIndex: { key: { _id: 1 }, unique: true },
    expireAfterSeconds: 86_400,
  });
  await db.collection('clustered').insertOne({ _id: anyId(new Date()) });
  await db.createCollection('collated', { collation: { locale: 'fr', strength: 2 } });
  await db.createCollection('images', { changeStreamPreAndPostImages: { enabled: true } });
  await db.createCollection('a second view', { viewOn: 'z view', pipeline: [{ $project: { n: 1 } }] });
  await db.createCollection('z view', { viewOn: 'items', pipeline: [{ $match: { group: 1 } }] });
  await moveAll();
  const order = async (at: ReturnType<typeof destination>) =>
    (
      await at
        .collection('capped')
        .find({}, { projection: { _id: 0 } })
        .toArray()
    ).map((it) => it.n);
  assert.deepEqual(await order(destination()), await order(source()));
  assert.equal(await destination().collection('a second view').countDocuments(), 72);
  const unique = (await destination().collection('items').indexes()).filter((it) => it.unique);
  assert.equal(unique.length, 2);
});

test('a clustered collection whose maker was cut off before it was capped becomes it; one that holds something does not', async () => {
  const clusteredIndex = { key: { _id: 1 }, unique: true };
  const db = sets.destination.client.db('half');
  for (const name of ['half', 'foreign']) await db.createCollection(name, { clusteredIndex });
  await db.collection('foreign').insertOne({});
  const deployment = await Deployment.connect(sets.destination.uri);
  try {
    const options = Buffer.from(BSON.serialize({ clusteredIndex, capped: true, size: 65_536 }));
    for (const name of ['half', 'half', 'foreign'])
      assert.equal(await createCollection(deployment.control, { db: 'half', name }, options), 'there');
  } finally {
    await deployment.close();
  }
  const capped = await db.listCollections({ 'options.capped': true }).toArray();
  assert.deepEqual(
    capped.map((it) => it.name),
    ['half'],
  );
});
