import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20));
    await db.createCollection('before', { viewOn: 'c', pipeline: [{ $match: { n: { $gt: 5 } } }] });
  },
  async body({ db }) {
    await db.createCollection('after', { viewOn: 'c', pipeline: [{ $project: { 'a.b': 1 } }] });
    await db.createCollection('of nothing', { viewOn: 'none', pipeline: [] });
  },
};
