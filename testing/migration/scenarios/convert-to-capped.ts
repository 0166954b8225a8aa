import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b']) await loose(db, name).insertMany(numbered(50, (n) => ({ fill: 'x'.repeat(n) })));
    await loose(db, 'a').createIndex({ n: 1 });
    for (const name of ['clustered', 'clustered later']) {
      await db.createCollection(name, { clusteredIndex: { key: { _id: 1 }, unique: true } });
      await loose(db, name).insertMany(numbered(20));
    }
    await db.command({ convertToCapped: 'clustered', size: 65_536 });
  },
  async body({ db }) {
    await db.command({ convertToCapped: 'a', size: 65_536 });
    await loose(db, 'a').insertOne({ _id: 'after' });
    await loose(db, 'clustered').insertOne({ _id: 'after' });
    await db.command({ convertToCapped: 'clustered later', size: 8_192 });
    await loose(db, 'fresh').insertMany(numbered(5));
    await db.command({ convertToCapped: 'fresh', size: 4_096 });
    return async () => {
      await db.command({ convertToCapped: 'b', size: 65_536 });
    };
  },
};
