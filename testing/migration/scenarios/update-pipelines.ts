import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(
      numbered(50, (n) => ({ arr: [...Array(30).keys()], f: { a: { b: n, c: 1 } }, s: 'text' })),
    );
  },
  async body({ db }) {
    const at = loose(db);
    await at.updateMany({ n: { $lt: 10 } }, [
      { $set: { 'f.a.b': { $add: ['$n', 1] }, 'f.new': '$s', arr: { $reverseArray: '$arr' } } },
    ]);
    await at.updateMany({ n: { $lt: 20 } }, [
      { $set: { arr: { $slice: ['$arr', 5] }, total: { $sum: '$arr' } } },
      { $unset: ['s', 'f.a.c'] },
    ]);
    await at.updateMany({ n: { $gte: 20 } }, [
      { $set: { arr: { $concatArrays: [{ $slice: ['$arr', 3] }, ['new'], { $slice: ['$arr', 4, 10] }] } } },
    ]);
    await at.updateMany({ n: { $gte: 30 } }, [{ $replaceWith: { $mergeObjects: ['$f', { n: '$n', was: '$$ROOT' }] } }]);
    await at.updateMany({ n: { $gte: 40 } }, [
      { $set: { was: { $filter: { input: { $objectToArray: '$was' }, cond: { $ne: ['$$this.k', 'arr'] } } } } },
    ]);
  },
};
