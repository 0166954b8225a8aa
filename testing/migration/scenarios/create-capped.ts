import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('before', { capped: true, size: 65_536, max: 100 });
    await loose(db, 'before').insertMany(numbered(30));
  },
  async body({ db }) {
    await loose(db, 'before').insertMany(numbered(20).map((it) => ({ ...it, _id: it.n + 100 })));
    await db.createCollection('after', { capped: true, size: 4_096 });
    await loose(db, 'after').insertMany(numbered(10));
    await loose(db, 'after').updateOne({ n: 3 }, { $set: { n: -3 } });
  },
};
