// The order of insertion is the content of a capped collection; here it is neither that of _id nor that of time.
import assert from 'node:assert/strict';
import type { Db } from 'mongodb';
import { loose, type Scenario } from '../scenario.ts';

const add = (db: Db, from: number, name = 'c') =>
  loose(db, name).insertMany(Array.from({ length: 200 }, (_, n) => ({ _id: ((from + n) * 7919) % 10_007 })));

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('c', { capped: true, size: 1 << 20 });
    await add(db, 0);
  },
  async body({ db }) {
    await add(db, 200);
    await db.createCollection('later', { capped: true, size: 1 << 20 });
    await add(db, 0, 'later');
    return async () => void (await add(db, 400));
  },
  async check(source, destination) {
    for (const name of ['c', 'later']) {
      const [a, b] = await Promise.all([source, destination].map((it) => loose(it, name).find().toArray()));
      assert.deepEqual(
        b!.map((it) => it._id),
        a!.map((it) => it._id),
      );
    }
  },
};
