// What older servers and drivers have left in specifications, and what newer ones allow.
import { Double, Long } from 'mongodb';
import { loose, numbered, type Scenario } from '../scenario.ts';

const odd = [
  { key: { n: 1 }, name: 'version 1', v: 1 },
  { key: { n: -3 }, name: 'direction -3' },
  { key: { a: 1.5, b: -0.5 }, name: 'directions that are no integers' },
  { key: { a: Long.fromNumber(1), b: new Double(-1) }, name: 'directions that are long and double' },
  { key: { c: 1 }, name: 'background', background: true },
  {
    key: { c: 1, d: 1 },
    name: 'compressed',
    storageEngine: { wiredTiger: { configString: 'prefix_compression=false' } },
  },
  { key: { 'a.0.b': 1 }, name: 'a dotted name with a position' },
  { key: { _id: 1, n: 1 }, name: 'begins with the identifier' },
  { key: { _id: 'hashed' }, name: 'hashed identifier' },
  { key: { e: 1 }, name: 'flags as numbers', sparse: 1, unique: 0 },
  { key: { f: 1 }, name: 'either', partialFilterExpression: { $or: [{ n: { $gt: 1 } }, { f: { $in: [1, 2] } }] } },
  { key: { g: 1 }, name: 'n'.repeat(400) },
  { key: { h: 1 }, name: '$ . \u00e4\u6f22 "' },
];

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, (n) => ({ a: [{ b: n }], f: n })));
    await db.command({ createIndexes: 'c', indexes: odd });
  },
  async body({ db }) {
    await loose(db, 'new').insertMany(numbered(10));
    await db.command({ createIndexes: 'new', indexes: odd });
    await db.command({ dropIndexes: 'c', index: ['version 1', 'background'] });
    await loose(db, 'passing').createIndex({ a: 1 });
    await loose(db, 'passing').dropIndex('a_1');
    await loose(db, 'passing').drop();
  },
};
