import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b', 'c']) {
      await loose(db, name).insertMany(numbered(10));
      for (const key of ['n', 'x', 'y'])
        await loose(db, name).createIndex({ [key]: 1 }, key === 'n' ? { unique: true } : {});
    }
  },
  async body({ db }) {
    await loose(db, 'a').dropIndexes();
    await loose(db, 'b').dropIndex('n_1');
    await db.command({ dropIndexes: 'c', index: ['x_1', 'y_1'] });
    await loose(db, 'a').createIndex({ n: -1 });
    await loose(db, 'b').dropIndex('x_1');
    await loose(db, 'b').createIndex({ x: 1 }, { sparse: true });
    return async () => {
      await loose(db, 'c').dropIndex('n_1');
    };
  },
};
