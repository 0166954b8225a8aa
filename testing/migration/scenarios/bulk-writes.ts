import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(100));
  },
  async body({ db }) {
    for (const ordered of [true, false]) {
      await loose(db).bulkWrite(
        [
          { insertOne: { document: { ordered } } },
          { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
          { updateMany: { filter: { n: { $gt: 50 } }, update: { $set: { many: ordered } } } },
          { replaceOne: { filter: { _id: 2 }, replacement: { ordered }, upsert: true } },
          { deleteOne: { filter: { _id: ordered ? 3 : 4 } } },
          { deleteMany: { filter: { n: { $gt: 90 } } } },
          { updateOne: { filter: { _id: `new ${ordered}` }, update: { $set: { a: 1 } }, upsert: true } },
        ],
        { ordered },
      );
    }
    await loose(db).insertMany(
      numbered(2_000).map((it) => ({ ...it, _id: `b${it.n}` })),
      { ordered: false },
    );
    await loose(db).deleteMany({ n: { $gt: 1_500 } });
  },
};
