import { loose, numbered, type Scenario } from '../scenario.ts';

// A collection without documents is there nevertheless, and so is its database.
export const scenario: Scenario = {
  async seed({ db, other }) {
    await db.createCollection('empty');
    await loose(db, 'indexed').createIndex({ a: 1 });
    await other('alone').createCollection('empty');
    await loose(db, 'emptied').insertMany(numbered(10));
  },
  async body({ db, other }) {
    await loose(db, 'emptied').deleteMany({});
    await db.createCollection('also empty');
    await other('new').createCollection('empty');
    await db.dropCollection('empty');
  },
};
