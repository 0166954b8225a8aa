import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20, (n) => (n % 2 ? { odd: true } : {})));
    await loose(db).createIndex({ odd: 1 }, { sparse: true });
  },
  async body({ db }) {
    await loose(db).createIndex({ n: 1 }, { partialFilterExpression: { odd: { $exists: true } }, unique: true });
    await loose(db).updateMany({ n: { $gt: 10 } }, { $unset: { odd: 1 }, $set: { n: 0 } });
  },
};
