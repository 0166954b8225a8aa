import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b']) {
      await loose(db, name).insertMany(numbered(30));
      await loose(db, name).createIndex({ n: 1 });
    }
  },
  async body({ db }) {
    await loose(db, 'a').updateMany({}, { $set: { before: true } });
    await db.renameCollection('a', 'renamed');
    await loose(db, 'renamed').updateMany({ n: { $lt: 10 } }, { $set: { after: true } });
    await loose(db, 'renamed').deleteOne({ n: 20 });
    await loose(db, 'new').insertMany(numbered(5));
    await db.renameCollection('new', 'new renamed');
    return async () => {
      await db.renameCollection('b', 'a');
      await loose(db, 'a').insertOne({ _id: 'last' });
    };
  },
};
