import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10));
    await loose(db).createIndex({ n: 1 }, { name: 'plain' });
    await loose(db).createIndex({ n: 1 }, { name: 'unique', unique: true });
    await loose(db).createIndex({ n: 1 }, { name: 'french', collation: { locale: 'fr' } });
  },
  async body({ db }) {
    await loose(db).createIndex({ n: 1 }, { name: 'partial', partialFilterExpression: { n: { $gt: 3 } } });
    await loose(db).createIndex({ n: 1 }, { name: 'sparse', sparse: true });
    await loose(db).dropIndex('plain');
    await loose(db).createIndex({ n: 1 }, { name: 'unique and sparse', sparse: true, unique: true });
  },
};
