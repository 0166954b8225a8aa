import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(
      numbered(10, (n) => ({ at: [n, n / 2], where: { type: 'Point', coordinates: [n, n] } })),
    );
    await loose(db).createIndex({ at: '2d' }, { min: -500, max: 500, bits: 20 });
  },
  async body({ db }) {
    await loose(db).createIndex({ where: '2dsphere', n: 1 });
    await loose(db, 'old').createIndex({ where: '2dsphere' }, { '2dsphereIndexVersion': 2 });
    await loose(db).insertOne({ at: [400, -400], where: { type: 'Point', coordinates: [1, 1] } });
  },
};
