import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10));
    await loose(db).createIndex({ n: 1 });
    await loose(db).createIndex({ m: 1 }, { prepareUnique: true } as object);
    await loose(db, 'becomes').insertMany(numbered(10));
    await loose(db, 'becomes').createIndex({ n: 1 });
  },
  async body({ db }) {
    await db.command({ collMod: 'c', index: { name: 'n_1', prepareUnique: true } });
    await db.command({ collMod: 'becomes', index: { name: 'n_1', prepareUnique: true } });
    await db.command({ collMod: 'becomes', index: { name: 'n_1', unique: true } });
    await loose(db, 'becomes').deleteOne({ n: 3 });
    await loose(db, 'becomes').insertOne({ n: 3 });
  },
};
