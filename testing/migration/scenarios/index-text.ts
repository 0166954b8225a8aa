import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, (n) => ({ title: `Häuser ${n}`, sprache: 'german' })));
    const weights = { title: 5, body: 1 };
    await loose(db).createIndex(
      { title: 'text', body: 'text' },
      { weights, default_language: 'german', language_override: 'sprache' },
    );
  },
  async body({ db }) {
    await loose(db, 'expires').createIndex({ a: 'text' }, { weights: { b: 2 }, expireAfterSeconds: 86_400 });
    await loose(db, 'expires').insertOne({ a: 'word' });
    await loose(db).updateMany({}, { $set: { body: 'Baum' } });
    await loose(db, 'new').createIndex({ a: 1, '$**': 'text' }, { textIndexVersion: 3 });
    await loose(db, 'new').insertOne({ a: 1, any: 'word' });
  },
};
