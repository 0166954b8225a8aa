import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, (n) => ({ h: n, list: [n, n + 1], z: -n })));
    await loose(db).createIndex({ h: 'hashed' });
    await loose(db).createIndex(
      new Map<string, 1 | -1>([
        ['z', -1],
        ['0', 1],
        ['a.b', 1],
      ]),
      { name: 'ordered' },
    );
  },
  async body({ db }) {
    await loose(db).createIndex({ n: 1, h: 'hashed' });
    await loose(db).createIndex({ list: 1 });
    await loose(db).updateMany({}, { $push: { list: 'more' } as never });
    await loose(db, 'new').createIndexes([{ key: { a: 1 } }, { key: { b: -1 } }, { key: { 'c.d': 1 } }]);
  },
};
