import { loose, numbered, type Scenario } from '../scenario.ts';

// Names trade places, so at no moment does a name alone say which collection is meant.
export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b', 'c']) await loose(db, name).insertMany(numbered(20, () => ({ name })));
  },
  async body({ db }) {
    for (let round = 0; round < 3; round++) {
      await db.renameCollection('a', 'x');
      await loose(db, 'x').insertOne({ _id: `x${round}` });
      await db.renameCollection('b', 'a');
      await loose(db, 'a').updateMany({}, { $inc: { n: 1 } });
      await db.renameCollection('c', 'b');
      await loose(db, 'b').deleteOne({ _id: round });
      await db.renameCollection('x', 'c');
    }
    await db.renameCollection('a', 'z');
    await loose(db, 'a').insertOne({ _id: 'another a' });
    await db.renameCollection('z', 'a', { dropTarget: true });
  },
};
