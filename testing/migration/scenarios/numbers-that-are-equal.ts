// 1, 1.0 and 1 as a Long are one identifier and one key, but not the same bytes.
import { Decimal128, Double, Int32, Long } from 'mongodb';
import { loose, type Scenario } from '../scenario.ts';

const forms = [
  new Int32(1),
  new Double(1),
  Long.fromString('1'),
  Decimal128.fromString('1'),
  Decimal128.fromString('1.00'),
];

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(forms.map((value, n) => ({ _id: n, value })));
    await loose(db, 'id').insertOne({ _id: new Int32(1) });
  },
  async body({ db }) {
    for (const form of forms) {
      await loose(db, 'id').deleteOne({ _id: 1 });
      await loose(db, 'id').insertOne({ _id: form, after: form });
      await loose(db, 'id').updateOne({ _id: 1 }, { $set: { seen: true } });
    }
    for (const n of forms.keys()) await loose(db).updateOne({ _id: n }, { $set: { value: forms[(n + 1) % 5] } });
    await loose(db).updateMany({}, { $inc: { counter: Long.fromString('5') } });
    await loose(db).updateMany({}, { $mul: { counter: new Double(2) } });
  },
};
