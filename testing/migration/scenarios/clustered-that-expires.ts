// Documents that are due are in the source still; were the destination to expire them itself they would be missed.
import assert from 'node:assert/strict';
import { loose, type Scenario } from '../scenario.ts';

const options = { clusteredIndex: { key: { _id: 1 }, unique: true }, expireAfterSeconds: 3_600 };

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('before', options);
    await loose(db, 'before').insertOne({ _id: new Date() });
    await db.createCollection('changed', options);
    await db.createCollection('kept', options);
  },
  async body({ db }) {
    await db.command({ collMod: 'changed', expireAfterSeconds: 7_200 });
    await db.command({ collMod: 'kept', expireAfterSeconds: 'off' });
    await db.createCollection('after', options);
    await loose(db, 'after').insertOne({ _id: new Date() });
  },
  async check(_source, destination) {
    const [kept] = await destination.listCollections({ name: 'kept' }).toArray();
    assert.ok(!('expireAfterSeconds' in (kept as { options: object }).options));
  },
};
