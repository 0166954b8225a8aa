import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(40));
    await loose(db, 'out').insertOne({ old: true });
    await loose(db, 'out').createIndex({ n: 1 });
  },
  async body({ db, other }) {
    await loose(db)
      .aggregate([{ $match: { n: { $gt: 10 } } }, { $out: 'out' }])
      .toArray();
    await loose(db)
      .aggregate([{ $match: { n: { $gt: 30 } } }, { $out: { db: other('there').databaseName, coll: 'out' } }])
      .toArray();
    await loose(db)
      .aggregate([{ $set: { merged: true } }, { $merge: { into: 'merged' } }])
      .toArray();
    await loose(db)
      .aggregate([{ $set: { merged: 2 } }, { $merge: { into: 'merged', whenMatched: 'merge' } }])
      .toArray();
  },
};
