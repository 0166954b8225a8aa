import { loose, numbered, type Scenario } from '../scenario.ts';

// Elements changed and the end cut off in one update; arrays inside of arrays; positions named as digits.
export const scenario: Scenario = {
  async seed({ db }) {
    const arr = Array.from({ length: 20 }, (_, i) => ({ i, in: [i, [i], { d: i }] }));
    await loose(db).insertMany(numbered(20, () => ({ arr, other: [1, 2, 3, 4, 5], '0': { '1': 'digits' } })));
  },
  async body({ db }) {
    const at = loose(db);
    await at.updateMany({}, { $set: { 'arr.0.in.1.0': 'changed', 'arr.3.in.2.d': null, '0.1': 'more digits' } });
    await at.updateMany({ n: { $lt: 5 } }, [{ $set: { arr: { $slice: ['$arr', 4] } } }]);
    await at.updateMany({ n: { $lt: 5 } }, [
      {
        $set: {
          arr: { $concatArrays: [[{ first: 'changed' }], { $slice: ['$arr', 1, 2] }] },
          other: { $slice: ['$other', 2] },
        },
      },
    ]);
    await at.updateMany(
      { n: { $gte: 5 } },
      { $push: { arr: { $each: [], $slice: -3 } } as never, $pop: { other: -1 } as never },
    );
    await at.updateMany(
      { n: { $gte: 10 } },
      { $pull: { other: { $gt: 3 } } as never, $set: { 'arr.$[e].x': 1 } },
      { arrayFilters: [{ 'e.i': { $gt: 17 } }] },
    );
    await at.updateMany({ n: 11 }, { $set: { 'other.7': 'far out' } });
    await at.updateMany({ n: 12 }, { $push: { other: { $each: [9, 8], $position: 0, $sort: 1 } } as never });
    await at.updateMany({ n: 13 }, { $rename: { other: 'renamed', '0': 'zero' } });
  },
};
