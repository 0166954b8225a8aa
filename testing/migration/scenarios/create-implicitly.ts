import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async body({ db }) {
    await loose(db).insertMany(numbered(20));
    await loose(db, 'second').insertOne({ a: 1 });
    await loose(db, 'third').updateOne({ _id: 1 }, { $set: { a: 1 } }, { upsert: true });
  },
};
