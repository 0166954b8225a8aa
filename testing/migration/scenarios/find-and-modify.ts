import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(30));
  },
  async body({ db }) {
    const at = loose(db);
    await at.findOneAndDelete({ n: 3 });
    await at.findOneAndDelete({}, { sort: { n: -1 } });
    await at.findOneAndReplace({ n: 4 }, { four: true });
    await at.findOneAndUpdate({ n: 5 }, { $set: { five: true } }, { returnDocument: 'after' });
    await at.findOneAndUpdate({ n: 6 }, [{ $set: { six: '$n' } }]);
  },
};
