import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b']) await loose(db, name).insertMany(numbered(60));
  },
  async body({ client, db }) {
    const sessions = Array.from({ length: 6 }, () => client.startSession());
    for (const it of sessions) it.startTransaction();
    for (let step = 0; step < 5; step++) {
      for (const [n, session] of sessions.entries()) {
        await loose(db, 'a').updateOne({ _id: n * 10 + step }, { $set: { by: n } }, { session });
        await loose(db, 'b').insertOne({ by: n, step }, { session });
      }
    }
    for (const [n, session] of sessions.entries()) {
      await (n % 3 === 1 ? session.abortTransaction() : session.commitTransaction());
      await session.endSession();
    }
  },
};
