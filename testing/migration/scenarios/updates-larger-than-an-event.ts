// What an update changed may take more room than the document itself: names of many elements, old and new.
import { loose, type Scenario } from '../scenario.ts';

const list = (n: number) => Array.from({ length: 120_000 }, (_, at) => ({ at, text: `element ${n} of many` }));

export const scenario: Scenario = {
  slow: true,
  async seed({ db }) {
    await loose(db).insertMany([
      { _id: 1, list: list(1) },
      { _id: 2, list: list(2) },
    ]);
  },
  async body({ db }) {
    await loose(db).updateMany({}, { $inc: { 'list.$[].at': 1 }, $set: { 'list.$[].more': 'of the same length' } });
    await loose(db).updateOne({ _id: 1 }, [
      { $set: { list: { $map: { input: '$list', in: { at: { $toString: '$$this.at' } } } } } },
    ]);
    await loose(db).updateOne({ _id: 2 }, { $set: { after: true } });
  },
};
