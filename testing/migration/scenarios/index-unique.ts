import { loose, numbered, type Scenario } from '../scenario.ts';

// Unique indexes stand on the destination from the cutover on; until then a key may have two holders at once.
export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(50, (n) => ({ key: `k${n}` })));
    await loose(db).createIndex({ key: 1 }, { unique: true });
  },
  async body({ db }) {
    const at = loose(db);
    for (let n = 0; n < 20; n++) {
      await at.deleteOne({ _id: n });
      await at.insertOne({ _id: `heir of ${n}`, key: `k${n}` });
    }
    // In a circle, by way of a third name.
    await at.updateOne({ key: 'k30' }, { $set: { key: 'nobody' } });
    await at.updateOne({ key: 'k31' }, { $set: { key: 'k30' } });
    await at.updateOne({ key: 'nobody' }, { $set: { key: 'k31' } });
    await loose(db, 'new').createIndex({ a: 1, b: 1 }, { unique: true, name: 'both' });
    await loose(db, 'new').insertMany([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
    ]);
    await at.createIndex({ n: 1 }, { unique: true, sparse: true });
  },
};
