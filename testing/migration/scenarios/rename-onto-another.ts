import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b', 'c', 'd']) await loose(db, name).insertMany(numbered(20, () => ({ name })));
  },
  async body({ db }) {
    await db.renameCollection('a', 'b', { dropTarget: true });
    await loose(db, 'b').insertOne({ _id: 'after' });
    await loose(db, 'fresh').insertOne({ _id: 'fresh' });
    await db.renameCollection('fresh', 'c', { dropTarget: true });
    return async () => {
      await db.renameCollection('c', 'd', { dropTarget: true });
    };
  },
};
