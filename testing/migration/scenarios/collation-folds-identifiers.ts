import { type Loose, loose, type Scenario } from '../scenario.ts';

// Under this collation the destination holds 'a' and 'A' for one identifier; to a map of bytes they are two.
export const scenario: Scenario = {
  async seed({ db }) {
    const at = await db.createCollection<Loose>('c', { collation: { locale: 'en', strength: 2 } });
    await at.insertMany([{ _id: 'a', n: 1 }, { _id: 'b' }, { _id: { in: 'c' } }]);
  },
  async body({ db }) {
    const at = loose(db);
    await at.deleteOne({ _id: 'a' });
    await at.insertOne({ _id: 'A', n: 2 });
    await at.updateOne({ _id: 'A' }, { $set: { n: 3 } });
    await at.deleteOne({ _id: 'b' });
    await at.insertOne({ _id: 'B' });
    await at.deleteOne({ _id: { in: 'c' } });
    await at.insertOne({ _id: { in: 'C' } });
  },
};
