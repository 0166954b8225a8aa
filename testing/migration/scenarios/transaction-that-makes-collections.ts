import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db, 'old').insertMany(numbered(10));
  },
  async body({ client, db }) {
    for (const commits of [true, false]) {
      await client.withSession(async (session) => {
        session.startTransaction();
        await loose(db, 'old').updateMany({}, { $set: { commits } }, { session });
        await db.createCollection(`made ${commits}`, { session });
        await loose(db, `made ${commits}`).createIndex({ n: 1 }, { session });
        await loose(db, `made ${commits}`).insertMany(numbered(5), { session });
        await loose(db, `implied ${commits}`).insertMany(numbered(5), { session });
        await (commits ? session.commitTransaction() : session.abortTransaction());
      });
    }
  },
};
