// The source refuses an index; the destination must not have it, and the others of the same command neither.
import assert from 'node:assert/strict';
import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, () => ({ same: 1, list: [1], list2: [2] })));
  },
  async body({ db }) {
    await assert.rejects(loose(db).createIndex({ same: 1 }, { unique: true }));
    await assert.rejects(loose(db).createIndexes([{ key: { n: 1 } }, { key: { list: 1, list2: 1 } }]));
    await loose(db).createIndex({ n: -1 });
  },
};
