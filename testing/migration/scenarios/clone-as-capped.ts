import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(50));
  },
  async body({ db }) {
    await db.command({ cloneCollectionAsCapped: 'c', toCollection: 'capped', size: 65_536 });
    await loose(db, 'capped').insertOne({ _id: 'after' });
  },
};
