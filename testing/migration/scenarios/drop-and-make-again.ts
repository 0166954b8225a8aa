import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20));
    await loose(db).createIndex({ n: 1 }, { unique: true });
  },
  async body({ db }) {
    for (let round = 0; round < 3; round++) {
      await db.dropCollection('c');
      await loose(db).insertMany(numbered(10, () => ({ round })));
      await loose(db).createIndex({ round: 1 });
    }
    await db.dropCollection('c');
    await db.createCollection('c', { capped: true, size: 8_192 });
    await loose(db).insertOne({ _id: 'now capped' });
  },
};
