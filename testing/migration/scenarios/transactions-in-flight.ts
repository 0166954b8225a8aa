import { loose, numbered, type Scenario, type Stage } from '../scenario.ts';

// Begun in one phase and ended in the next: what counts is when it was committed.
const open = async ({ client, db }: Stage, name: string, commits: boolean) => {
  const session = client.startSession();
  session.startTransaction();
  await loose(db, name).insertOne({ name }, { session });
  await loose(db, name).updateMany({ n: { $lt: 25 } }, { $set: { in: name } }, { session });
  await loose(db, name).deleteMany({ n: { $gt: 45 } }, { session });
  return async () => {
    await (commits ? session.commitTransaction() : session.abortTransaction());
    await session.endSession();
    await loose(db, name).updateMany({ n: { $lt: 5 } }, { $set: { after: true } });
  };
};

export const scenario: Scenario = {
  async seed(stage) {
    const names = ['begun before', 'aborted later', 'c', 'd'];
    for (const name of names) await loose(stage.db, name).insertMany(numbered(50));
    const all = [await open(stage, 'begun before', true), await open(stage, 'aborted later', false)];
    return async () => {
      for (const end of all) await end();
    };
  },
  async body(stage) {
    const all = [await open(stage, 'c', true), await open(stage, 'd', false)];
    return async () => {
      for (const end of all) await end();
    };
  },
};
