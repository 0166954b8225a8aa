/** Random content: few names and few identifiers, so that operations keep meeting what others left behind. */

import fc from 'fast-check';
import { Decimal128, Double, Long, MaxKey } from 'mongodb';
import type { Loose } from '../scenario.ts';

/** Plain objects, so that a counterexample reads as the test that it is to become. */
export const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

/** By name, since a counterexample is read by people. Some are one to a collation, some to the comparison of numbers. */
export const ids: Record<string, Loose> = {
  one: 1,
  'one as double': new Double(1),
  'one as long': Long.fromNumber(1),
  'one as decimal': Decimal128.fromString('1.0'),
  two: 2,
  nan: new Double(Number.NaN),
  nothing: null,
  a: 'a',
  A: 'A',
  empty: '',
  pair: { x: 1, y: [1] },
  date: new Date(0),
  last: new MaxKey(),
};
export type Id = keyof typeof ids;

export const id: fc.Arbitrary<Id> = fc.constantFrom(...Object.keys(ids));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, true, 0, 1, -1.5, 2 ** 40, '', 'x', 'ż', 'y'.repeat(40)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', '0', 'a.b', '$x', ''), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

export { value };

/** The fields of a document beside its `_id`. */
export const fields: fc.Arbitrary<Record<string, Value>> = fc.record(
  { n: fc.integer({ min: 0, max: 9 }), a: value, b: value, list: fc.array(value, { maxLength: 5 }), 'a.b': value },
  { requiredKeys: ['n'], noNullPrototype: true },
);

const path = fc.constantFrom('a', 'b', 'a.b', 'a.0', 'b.a.0', 'list.1', 'list.7', 'fresh', 'fresh.a');
const item = fc.constantFrom('list', 'a', 'fresh');

/** What `update` takes as its change: operators or a pipeline. */
export const change: fc.Arbitrary<object | object[]> = fc.oneof(
  record({ $set: fc.dictionary(path, value, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) }),
  record({ $unset: path.map((it) => ({ [it]: 1 })) }),
  record({ $inc: fc.constantFrom({ n: 1 }, { n: 0.5 }, { 'fresh.count': 1 }) }),
  record({ $mul: fc.constantFrom({ n: 2 }, { n: 1e10 }) }),
  record({ $rename: fc.constantFrom({ a: 'b' }, { b: 'fresh.b' }, { n: 'm' }) }),
  fc.tuple(item, fc.array(value, { maxLength: 3 }), fc.integer({ min: -2, max: 4 })).map(([name, $each, $slice]) => ({
    $push: { [name]: { $each, $slice, $position: 1 } },
  })),
  fc.tuple(item, value).map(([name, it]) => ({ $addToSet: { [name]: it } })),
  fc.tuple(item, value).map(([name, it]) => ({ $pull: { [name]: it } })),
  item.map((name) => ({ $pop: { [name]: -1 } })),
  fc.constantFrom(
    [{ $set: { b: '$a', a: '$n' } }],
    [{ $unset: ['a', 'list'] }],
    [{ $replaceWith: { $mergeObjects: [{ z: 1, a: 2 }, '$$ROOT', { n: 1 }] } }],
    [{ $set: { list: { $slice: [{ $cond: [{ $isArray: '$list' }, '$list', [1, 2, 3]] }, 2] } } }],
    [{ $replaceWith: { $setField: { field: 'a.b', input: '$$ROOT', value: '$n' } } }],
    [{ $replaceWith: { $setField: { field: { $literal: '$d' }, input: '$$ROOT', value: '$n' } } }],
    [{ $unset: 'b' }, { $set: { b: { c: '$n' } } }],
  ),
);
