// What falls out of a capped collection leaves no event of its own behind: the destination must drop the same ones.
import assert from 'node:assert/strict';
import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('by count', { capped: true, size: 1 << 20, max: 50 });
    await db.createCollection('by size', { capped: true, size: 8_192 });
    for (const name of ['by count', 'by size'])
      await loose(db, name).insertMany(numbered(60, () => ({ fill: 'x'.repeat(100) })));
  },
  async body({ db }) {
    for (const name of ['by count', 'by size']) {
      const more = numbered(150, () => ({ fill: 'y'.repeat(100) })).map((it) => ({ ...it, _id: it.n + 1_000 }));
      for (const it of more) await loose(db, name).insertOne(it);
    }
  },
  async check(source, destination) {
    for (const name of ['by count', 'by size']) {
      const [a, b] = await Promise.all([source, destination].map((it) => loose(it, name).find().toArray()));
      assert.deepEqual(b, a);
    }
  },
};
