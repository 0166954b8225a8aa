import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('c', { capped: true, size: 65_536, max: 1_000 });
    await loose(db).insertMany(numbered(40));
  },
  async body({ db }) {
    await db.command({ collMod: 'c', cappedSize: 131_072 });
    await loose(db).insertMany(numbered(40).map((it) => ({ ...it, _id: it.n + 100 })));
    await db.command({ collMod: 'c', cappedMax: 60 });
    await loose(db).insertOne({ _id: 'last' });
  },
};
