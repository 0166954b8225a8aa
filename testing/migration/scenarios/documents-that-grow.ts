import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(100, () => ({ list: [], text: 'x' })));
  },
  async body({ db }) {
    for (let round = 0; round < 5; round++) {
      await loose(db).updateMany({}, { $push: { list: { $each: ['y'.repeat(500), round] } } as never });
      await loose(db).updateMany({ n: { $mod: [3, round % 3] } }, { $set: { text: 'z'.repeat(round * 2_000) } });
    }
    await loose(db).updateMany({ n: { $gt: 50 } }, { $unset: { list: 1 } });
    await loose(db).updateMany({ n: { $gt: 80 } }, { $set: { list: 'no list any more' } });
    await loose(db).updateMany({ n: { $gt: 90 } }, { $set: { list: { '0': { '1': 'neither' } } } });
  },
};
