import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20));
    for (const name of ['v', 'w', 'gone'])
      await db.createCollection(name, { viewOn: 'c', pipeline: [{ $match: { n: 1 } }] });
  },
  async body({ db }) {
    await db.command({ collMod: 'v', viewOn: 'c', pipeline: [{ $match: { n: 2 } }] });
    await db.command({ collMod: 'w', viewOn: 'other', pipeline: [] });
    await db.dropCollection('gone');
    // A name may change what it stands for.
    await db.dropCollection('w');
    await loose(db, 'w').insertOne({ a: 1 });
    await db.createCollection('gone', { viewOn: 'w', pipeline: [] });
  },
};
