import { loose, numbered, type Scenario } from '../scenario.ts';

// Names in every script, with dots, dollars inside, spaces, quotes, and as long as they may be.
const names = [
  'données',
  'データ',
  'данные',
  'بيانات',
  '😀',
  'a.b.c',
  ' space ',
  'q"\'`',
  '%2F',
  '~',
  '__proto__',
  'constructor',
  '0',
  '-',
];

export const scenario: Scenario = {
  async seed({ db, other }) {
    for (const name of names) await loose(db, name).insertOne({ name });
    await loose(db, `long${'x'.repeat(120)}`).insertMany(numbered(3));
    await loose(other('Ünïcødé'), 'ß').insertOne({ _id: 'ß' });
  },
  async body({ db, other }) {
    for (const name of names) {
      await loose(db, name).updateMany({}, { $set: { changed: true } });
      await loose(db, `new ${name}`).insertOne({ name });
      await loose(db, name).createIndex(
        { [`ключ ${name}`.replaceAll('..', '.').replace(/\.$/, '')]: 1 },
        { name: `i ${name}` },
      );
    }
    await loose(other('новая'), 'коллекция').insertMany(numbered(3));
  },
};
