import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, (n) => ({ any: { [`f${n}`]: n } })));
    await loose(db).createIndex({ '$**': 1 }, { wildcardProjection: { any: 1, n: 1 } });
  },
  async body({ db }) {
    await loose(db).createIndex({ 'any.$**': 1 });
    await loose(db, 'new').createIndex({ '$**': 1 }, { wildcardProjection: { a: 0 }, name: 'all but a' });
  },
};
