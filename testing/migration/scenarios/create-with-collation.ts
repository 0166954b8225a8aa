import { loose, type Scenario } from '../scenario.ts';

const collation = { locale: 'fr', strength: 2, backwards: true };

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('before', { collation });
    await loose(db, 'before').insertMany([{ _id: 'a' }, { _id: 'b' }]);
  },
  async body({ db }) {
    await db.createCollection('after', { collation });
    await loose(db, 'after').insertOne({ _id: 'é' });
  },
};
