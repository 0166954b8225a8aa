import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b', 'kept']) await loose(db, name).insertMany(numbered(20));
    await db.createCollection('capped', { capped: true, size: 4_096 });
    await loose(db, 'capped').insertMany(numbered(5));
  },
  async body({ db }) {
    await db.dropCollection('a');
    await db.dropCollection('capped');
    await loose(db, 'passing').insertMany(numbered(20));
    await db.dropCollection('passing');
    return async () => {
      await db.dropCollection('b');
    };
  },
};
