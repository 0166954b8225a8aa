import assert from 'node:assert/strict';
import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20));
    await db.createCollection('a of z', { viewOn: 'z', pipeline: [{ $project: { n: 1 } }] });
    await db.createCollection('z', { viewOn: 'c', pipeline: [{ $match: { n: { $gt: 9 } } }] });
  },
  async body({ db }) {
    await db.createCollection('0 of a', { viewOn: 'a of z', pipeline: [{ $limit: 3 }] });
  },
  async check(_source, destination) {
    assert.equal(await loose(destination, 'a of z').countDocuments(), 10);
    assert.equal(await loose(destination, '0 of a').countDocuments(), 3);
  },
};
