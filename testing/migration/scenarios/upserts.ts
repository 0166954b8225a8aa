import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20));
  },
  async body({ db }) {
    const at = loose(db);
    for (const n of [5, 105]) {
      await at.updateOne({ _id: n }, { $set: { one: true } }, { upsert: true });
      await at.updateMany({ _id: n + 1 }, { $inc: { n: 1 }, $setOnInsert: { born: true } }, { upsert: true });
      await at.replaceOne({ _id: n + 2 }, { replaced: true }, { upsert: true });
      await at.findOneAndUpdate({ _id: n + 3 }, { $set: { found: true } }, { upsert: true });
      await at.findOneAndReplace({ _id: n + 4 }, { found: 'replaced' }, { upsert: true });
    }
    await at.updateOne({ name: 'without an id' }, [{ $set: { n: -1 } }], { upsert: true });
  },
};
