import { Binary, BSONRegExp, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, Timestamp, UUID } from 'mongodb';
import { loose, numbered, type Scenario } from '../scenario.ts';

const values = () => ({
  double: new Double(5),
  negativeZero: new Double(-0),
  nan: new Double(Number.NaN),
  long: Long.fromString('7'),
  large: Long.fromString('9007199254740993'),
  int: new Int32(5),
  decimal: Decimal128.fromString('1.10'),
  decimalNan: Decimal128.fromString('NaN'),
  date: new Date(-1),
  binary: new Binary(Buffer.from([1, 2, 3]), 0x80),
  uuid: new UUID(),
  timestamp: new Timestamp({ t: 1, i: 2 }),
  regexp: new BSONRegExp('^a', 'im'),
  code: new Code('return a', { a: new Double(1) }),
  min: new MinKey(),
  max: new MaxKey(),
  nothing: null,
  empty: {},
  list: [new Double(1), [], [[]]],
  zero: 'a\0b',
});

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10, values));
  },
  async body({ db }) {
    await loose(db).insertMany(numbered(10, values).map((it) => ({ ...it, _id: `new${it.n}` })));
    for (const [name, value] of Object.entries(values())) {
      await loose(db).updateMany({ n: { $lt: 5 } }, { $set: { [`nested.${name}`]: value } });
      await loose(db).updateMany({ n: 6 }, { $set: { [name]: [value] } });
    }
    await loose(db).updateMany({ n: 7 }, { $currentDate: { date: { $type: 'date' }, stamp: { $type: 'timestamp' } } });
  },
};
