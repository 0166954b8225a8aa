import { loose, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).createIndex({ a: 1 }, { hidden: true });
    await loose(db).createIndex({ b: 1 });
  },
  async body({ db }) {
    await db.command({ collMod: 'c', index: { name: 'a_1', hidden: false } });
    await db.command({ collMod: 'c', index: { name: 'b_1', hidden: true } });
    await loose(db).createIndex({ c: 1 }, { hidden: true });
  },
};
