import { loose, numbered, type Scenario } from '../scenario.ts';

// Dotted, dollar, empty, numeric and repeated-looking names: to an update they look like paths and operators.
const odd = ['a.b', '$c', '', '0', 'x.0.y', '$set', '__proto__', 'a', '名前', '.', '..'];

const set = (field: string, value: unknown) => ({
  $replaceWith: { $setField: { field: { $literal: field }, input: '$$ROOT', value } },
});

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(odd.length, () => ({ a: { b: 1, '0': 2 }, list: [1, 2, 3] })));
    await loose(db).updateMany(
      {},
      odd.filter((it) => it !== 'a').map((it) => set(it, { in: it })),
    );
  },
  async body({ db }) {
    const at = loose(db);
    for (const [n, name] of odd.entries()) {
      if (name === 'a') continue;
      await at.updateOne({ _id: n }, [set(name, { changed: name })]);
      await at.updateOne({ _id: n }, { $set: { 'a.b': n, 'a.0': n, 'list.1': n } });
      await at.updateOne({ _id: (n + 1) % odd.length }, [
        { $replaceWith: { $unsetField: { field: { $literal: name }, input: '$$ROOT' } } },
      ]);
      await at.updateOne({ _id: (n + 2) % odd.length }, [
        { $set: { nested: { $setField: { field: { $literal: name }, input: { old: 1 }, value: n } } } },
      ]);
      await at.updateOne({ _id: (n + 2) % odd.length }, [
        { $set: { nested: { $setField: { field: { $literal: name }, input: '$nested', value: { n } } } } },
      ]);
    }
    await loose(db, 'fresh').insertMany([{ '': 1 }, { 'a.b': 1 }, { a: { 'b.c': { d: 1 } } }, { a: { $d: 1 } }]);
    await loose(db, 'fresh').updateMany({ a: { $exists: true } }, { $set: { 'a.e': 1 } });
  },
};
