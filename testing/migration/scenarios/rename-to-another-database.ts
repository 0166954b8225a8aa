import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db, other }) {
    for (const name of ['a', 'b', 'c']) await loose(db, name).insertMany(numbered(20, () => ({ name })));
    await loose(db, 'a').createIndex({ n: 1 });
    await loose(other('to'), 'taken').insertOne({ _id: 1 });
  },
  async body({ client, db, other }) {
    const move = (from: string, to: string, dropTarget = false) =>
      client.db('admin').command({
        renameCollection: `${db.databaseName}.${from}`,
        to: `${other('to').databaseName}.${to}`,
        dropTarget,
      });
    await move('a', 'a');
    await loose(other('to'), 'a').updateMany({}, { $set: { moved: true } });
    await move('b', 'taken', true);
    return async () => {
      await move('c', 'later');
    };
  },
};
