import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (let c = 0; c < 4; c++) {
      await loose(db, `c${c}`).insertMany(numbered(5));
      await loose(db, `c${c}`).createIndexes(Array.from({ length: 30 }, (_, n) => ({ key: { [`f${n}`]: 1 } })));
    }
  },
  async body({ db }) {
    await loose(db, 'c0').createIndexes(Array.from({ length: 30 }, (_, n) => ({ key: { [`g${n}`]: 1 } })));
  },
};
