import { loose, type Scenario } from '../scenario.ts';

// An index inherits the collation of its collection unless it says that it is simple.
const collation = { locale: 'sv', strength: 1 };

export const scenario: Scenario = {
  async seed({ db }) {
    const at = await db.createCollection('c', { collation });
    await at.insertMany([{ a: 'å' }, { a: 'A' }]);
    await at.createIndex({ a: 1 });
    await at.createIndex({ a: 1 }, { name: 'simple', collation: { locale: 'simple' } });
  },
  async body({ db }) {
    await loose(db).createIndex({ b: 1 });
    await loose(db).createIndex(
      { b: 1 },
      { name: 'simple b', collation: { locale: 'simple' }, unique: true, sparse: true },
    );
    await loose(db).createIndex({ b: 1 }, { name: 'german', collation: { locale: 'de', caseFirst: 'upper' } });
  },
};
