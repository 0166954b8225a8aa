import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b']) await loose(db, name).insertMany(numbered(10));
  },
  async body({ db }) {
    await db.dropCollection('a');
    await db.createCollection('a', { viewOn: 'b', pipeline: [] });
  },
};
