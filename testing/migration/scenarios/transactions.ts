import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['a', 'b']) await loose(db, name).insertMany(numbered(50));
  },
  async body({ client, db }) {
    for (const commits of [true, false, true]) {
      await client.withSession(async (session) => {
        session.startTransaction();
        await loose(db, 'a').insertOne({ commits }, { session });
        await loose(db, 'a').updateMany({ n: { $lt: 10 } }, { $inc: { n: 100 } }, { session });
        await loose(db, 'b').deleteMany({ n: { $gt: 45 } }, { session });
        await loose(db, 'b').insertMany(
          numbered(3).map((it) => ({ commits, n: it.n })),
          { session },
        );
        await loose(db, 'a').updateMany({ n: { $gte: 100 } }, { $inc: { n: -100 } }, { session });
        // Between its parts, from outside.
        await loose(db, 'b').updateOne({ _id: 1 }, { $inc: { outside: 1 } });
        await (commits ? session.commitTransaction() : session.abortTransaction());
      });
      await loose(db, 'a').updateOne({ _id: 5 }, { $set: { after: commits } });
    }
  },
};
