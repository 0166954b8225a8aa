import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ other }) {
    for (const name of ['gone', 'again', 'later']) {
      await loose(other(name), 'a').insertMany(numbered(20));
      await loose(other(name), 'b').insertMany(numbered(20));
      await other(name).createCollection('v', { viewOn: 'a', pipeline: [] });
    }
  },
  async body({ other }) {
    await other('gone').dropDatabase();
    await other('again').dropDatabase();
    await loose(other('again'), 'a').insertOne({ _id: 'new' });
    await loose(other('passing'), 'a').insertOne({ _id: 'new' });
    await other('passing').dropDatabase();
    return async () => {
      await other('later').dropDatabase();
    };
  },
};
