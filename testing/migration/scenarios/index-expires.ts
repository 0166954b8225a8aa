// Nothing may expire on the destination by itself before the cutover, and everything must afterwards.
import assert from 'node:assert/strict';
import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, () => ({ at: new Date() })));
    await loose(db).createIndex({ at: 1 }, { expireAfterSeconds: 86_400 });
    await loose(db).createIndex({ plain: 1 });
  },
  async body({ db }) {
    await db.command({ collMod: 'c', index: { name: 'at_1', expireAfterSeconds: 7_200 } });
    await db.command({ collMod: 'c', index: { name: 'plain_1', expireAfterSeconds: 3_600 } });
    await loose(db, 'new').createIndex({ at: 1 }, { expireAfterSeconds: 0, partialFilterExpression: { gone: true } });
    await loose(db, 'new').insertOne({ at: new Date(0) });
  },
  async check(_source, destination) {
    const [index] = (await loose(destination).indexes()).filter((it) => it.name === 'at_1');
    assert.equal(index?.expireAfterSeconds, 7_200);
  },
};
