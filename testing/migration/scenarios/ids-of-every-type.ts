import { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { loose, type Scenario } from '../scenario.ts';

const ids = () => [
  ...[new Int32(1), new Double(2.5), Long.fromString('3'), Long.MAX_VALUE, new Double(Number.NaN), new Double(-0)],
  ...[new Double(Number.POSITIVE_INFINITY), new Double(Number.NEGATIVE_INFINITY), Decimal128.fromString('4.10')],
  ...['', 'text', 'tëxt', { a: 1, b: new Double(2) }, { b: 2, a: 1 }, {}, null, true, false, new Date(-1), new UUID()],
  ...[new ObjectId(), new MinKey(), new MaxKey(), new Binary(Buffer.from([1]), 0x80), new Timestamp({ t: 1, i: 2 })],
  ...[new Code('f'), new Code('g', { x: 1 }), { 'a.b': 1 }, { '': 1 }, { deep: { deeper: [1, [2]] } }],
];

export const scenario: Scenario = {
  async seed({ db }) {
    for (const name of ['kept', 'changed', 'gone']) await loose(db, name).insertMany(ids().map((_id) => ({ _id })));
  },
  async body({ db }) {
    await loose(db, 'changed').updateMany({}, { $set: { touched: 1 } });
    for (const _id of ids()) {
      await loose(db, 'gone').deleteOne({ _id });
      await loose(db, 'changed').replaceOne({ _id }, { replaced: true });
    }
    await loose(db, 'new').insertMany(ids().map((_id) => ({ _id })));
    await loose(db, 'new').updateMany({}, [{ $set: { n: { $rand: {} } } }]);
  },
};
