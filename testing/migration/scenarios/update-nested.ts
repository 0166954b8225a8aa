import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(20, () => ({ a: { b: { c: { d: { e: 1 } } } }, w: { y: 10, z: 12 } })));
  },
  async body({ db }) {
    const at = loose(db);
    await at.updateMany({}, { $set: { 'a.b.c.d.e': 2, 'a.b.c.x': 3, 'a.0': 1, 'new.deep.er': true } });
    await at.updateMany({ n: { $lt: 10 } }, { $unset: { 'a.b.c.d': 1 }, $set: { 'a.b.c.e': { f: 1 } } });
    await at.updateMany({ n: { $lt: 5 } }, { $set: { w: 'flat' } });
    await at.updateMany({ n: { $lt: 3 } }, { $set: { w: { y: { z: 1 } } } });
    // Only the order of the fields changes.
    await at.updateMany({ n: 7 }, [{ $replaceWith: { _id: '$_id', w: { z: '$w.z', y: '$w.y' }, a: '$a', n: '$n' } }]);
    await at.updateMany({ n: 8 }, [{ $unset: 'w' }, { $set: { w: { y: 10, z: 12 } } }]);
  },
};
