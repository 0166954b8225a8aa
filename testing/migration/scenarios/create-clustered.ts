import { loose, numbered, type Scenario } from '../scenario.ts';

const clusteredIndex = { key: { _id: 1 }, unique: true, name: 'the clock' };

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('before', { clusteredIndex });
    await loose(db, 'before').insertMany(numbered(50));
    await loose(db, 'before').createIndex({ n: -1 });
  },
  async body({ db }) {
    await loose(db, 'before').deleteMany({ n: { $lt: 10 } });
    await loose(db, 'before').insertMany([{ _id: 5 }, { _id: 'text' }]);
    await loose(db, 'before').updateMany({}, { $inc: { n: 1 } });
    await db.createCollection('after', { clusteredIndex });
    await loose(db, 'after').insertMany(numbered(10));
  },
};
