import { loose, numbered, type Scenario } from '../scenario.ts';

// One _id lives several lives within one moment; only the last counts.
export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(100));
  },
  async body({ db }) {
    for (let round = 0; round < 5; round++) {
      await loose(db).deleteMany({ n: { $lt: 60 } });
      await loose(db).insertMany(numbered(50).map((it) => ({ ...it, round })));
      await loose(db).updateMany({ n: { $lt: 20 } }, { $set: { touched: round } });
    }
    await loose(db).deleteMany({ n: { $lt: 10 } });
  },
};
