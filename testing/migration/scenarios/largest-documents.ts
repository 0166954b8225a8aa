import { loose, numbered, type Scenario } from '../scenario.ts';

// With an int32 as _id this fills a document to the last of its 16 MiB.
const largest = Buffer.alloc(16 * 1024 * 1024 - 22, 7);

export const scenario: Scenario = {
  slow: true,
  async seed({ db }) {
    await loose(db).insertOne({ _id: 1, a: largest });
    await loose(db).insertOne({ _id: 'small' });
    await loose(db).insertOne({ _id: 2, a: largest });
    await loose(db, 'half').insertMany(numbered(3, () => ({ a: Buffer.alloc(8 << 20, 1) })));
  },
  async body({ db }) {
    await loose(db).updateOne({ _id: 1 }, { $unset: { a: 1 }, $set: { b: 'x'.repeat(1e7) } });
    await loose(db).insertOne({ _id: 3, a: largest });
    await loose(db).deleteOne({ _id: 2 });
    await loose(db, 'half').updateMany({}, { $set: { 'more.b': 'y'.repeat(7e6) } });
    await loose(db, 'half').replaceOne({ _id: 0 }, { tiny: true });
  },
};
