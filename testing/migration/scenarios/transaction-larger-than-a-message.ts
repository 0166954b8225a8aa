import { loose, numbered, type Scenario } from '../scenario.ts';

// More than 16 MB of operations: the oplog holds it in several entries.
const fill = 'x'.repeat(1 << 20);

export const scenario: Scenario = {
  slow: true,
  async seed({ db }) {
    await loose(db).insertMany(numbered(30));
  },
  async body({ client, db }) {
    for (const commits of [true, false]) {
      await client.withSession(async (session) => {
        session.startTransaction();
        for (let n = 0; n < 20; n++) {
          await loose(db).insertOne({ n: -n, fill }, { session });
          await loose(db).updateOne({ _id: n }, { $set: { at: n, commits } }, { session });
        }
        await loose(db).deleteMany({ n: { $gt: 25 } }, { session });
        await (commits ? session.commitTransaction() : session.abortTransaction());
      });
    }
  },
};
