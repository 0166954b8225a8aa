// A time series is a view on buckets that mongod fills, closes and compresses; the buckets are moved as they are.
import assert from 'node:assert/strict';
import { loose, type Scenario, type Stage } from '../scenario.ts';

const START = Date.UTC(2026, 0, 1);
const measured = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    at: new Date(START + (from + n) * 1_000),
    of: { sensor: n % 5 },
    value: n / 3,
    where: [n % 90, 1],
  }));

const make = ({ db }: Stage, name: string, more: object = {}) =>
  db.createCollection(name, { timeseries: { timeField: 'at', metaField: 'of' }, ...more });

export const scenario: Scenario = {
  async seed(stage) {
    const { db } = stage;
    await make(stage, 'kept', { expireAfterSeconds: 86_400 * 3_650 });
    await make(stage, 'gone');
    await make(stage, 'changed', { timeseries: { timeField: 'at', metaField: 'of', granularity: 'minutes' } });
    await make(stage, 'collated', { collation: { locale: 'fr', strength: 2 } });
    for (const name of ['kept', 'gone', 'changed', 'collated']) await loose(db, name).insertMany(measured(1_500));
    await loose(db, 'kept').createIndex({ 'of.sensor': 1, at: -1 }, { name: 'by sensor' });
    await loose(db, 'kept').createIndex({ value: 1 }, { partialFilterExpression: { 'of.sensor': { $gt: 1 } } });
    await loose(db, 'kept').createIndex({ where: '2dsphere' });
    await db.createCollection('view', { viewOn: 'kept', pipeline: [{ $match: { 'of.sensor': 1 } }] });
  },
  async body(stage) {
    const { db } = stage;
    await loose(db, 'kept').insertMany(measured(1_500, 750));
    await loose(db, 'kept').insertOne({ at: new Date(0), of: { sensor: 'new' }, more: { nested: [1] } });
    await loose(db, 'kept').deleteMany({ 'of.sensor': 2 });
    await loose(db, 'kept').updateMany({ 'of.sensor': 3 }, { $set: { 'of.moved': true } });
    await loose(db, 'gone').drop();
    await loose(db, 'gone').insertOne({ no: 'time series any more' });
    await db.command({ collMod: 'changed', timeseries: { granularity: 'hours' } });
    await db.command({ collMod: 'changed', expireAfterSeconds: 86_400 * 3_650 });
    await loose(db, 'changed').createIndex({ 'of.sensor': 1 }, { hidden: true });
    await loose(db, 'changed').insertMany(measured(100, 5_000));
    await make(stage, 'new', { timeseries: { timeField: 'at' } });
    await loose(db, 'new').insertMany(measured(50));
    await loose(db, 'new').createIndex({ at: -1 });
    await make(stage, 'passing');
    await loose(db, 'passing').insertMany(measured(5));
    await loose(db, 'passing').drop();
    return async () => {
      await loose(db, 'kept').dropIndex('by sensor');
      await loose(db, 'kept').insertMany(measured(10, 9_000));
    };
  },
  async check(source, destination) {
    for (const name of ['kept', 'changed', 'collated', 'view', 'new']) {
      const [a, b] = await Promise.all([source, destination].map((it) => loose(it, name).find().toArray()));
      assert.deepEqual(b, a);
    }
    // Not a copy to look at: the destination goes on with it.
    await loose(destination, 'kept').insertMany(measured(10, 20_000));
    assert.equal(await loose(destination, 'kept').countDocuments({ at: { $gte: new Date(START + 2e7) } }), 10);
  },
};
