import { loose, type Scenario } from '../scenario.ts';

const images = (enabled: boolean) => ({ changeStreamPreAndPostImages: { enabled } });

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('on', images(true));
    await db.createCollection('becomes off', images(true));
    await loose(db, 'becomes on').insertOne({ _id: 1 });
    await loose(db, 'becomes off').insertOne({ _id: 1 });
  },
  async body({ db }) {
    await db.command({ collMod: 'becomes off', ...images(false) });
    await db.command({ collMod: 'becomes on', ...images(true) });
    await loose(db, 'becomes on').updateOne({ _id: 1 }, { $set: { a: 1 } });
    await db.createCollection('new', images(true));
    await loose(db, 'on').insertOne({ a: 1 });
    await loose(db, 'on').deleteMany({});
  },
};
