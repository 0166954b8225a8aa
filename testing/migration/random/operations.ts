/** Random operations on a source, as data: what they are here, what they do in `perform.ts`. */
import fc from 'fast-check';
import { change, fields, type Id, id, record, type Value } from './values.ts';

export interface Place {
  db: number;
  name: string;
}

export type Write =
  | { does: 'insert'; at: Place; documents: { id: Id; fields: Record<string, Value> }[] }
  | { does: 'replace'; at: Place; id: Id; fields: Record<string, Value>; upsert: boolean }
  | { does: 'update'; at: Place; id: Id; change: object; upsert: boolean }
  | { does: 'update many'; at: Place; below: number; change: object }
  | { does: 'delete'; at: Place; id: Id }
  | { does: 'delete many'; at: Place; below: number }
  | { does: 'find and modify'; at: Place; below: number; change: object };

export interface Transaction {
  does: 'transaction';
  writes: Write[];
  commits: boolean;
}

export type Reshaping =
  | { does: 'create'; at: Place; options: object }
  | { does: 'drop'; at: Place }
  | { does: 'rename'; at: Place; to: Place; dropTarget: boolean }
  | { does: 'drop database'; db: number }
  | { does: 'create index'; at: Place; key: Record<string, Value>; options: object }
  | { does: 'drop index'; at: Place; nth: number }
  | { does: 'modify'; at: Place; change: object }
  | { does: 'modify index'; at: Place; nth: number; change: object }
  | { does: 'convert to capped'; at: Place }
  | { does: 'out'; at: Place; to: Place; merges: boolean };

export type Operation = Write | Transaction | Reshaping;

/** What happens in one phase, and which transactions are open when the next one begins. */
export interface Act {
  operations: Operation[];
  open: Transaction[];
}

/** Databases of their own on the source, and what becomes of them. */
export interface World {
  before: Operation[];
  acts: [Act, Act, Act];
}

const place: fc.Arbitrary<Place> = record({
  db: fc.constantFrom(0, 0, 0, 1),
  name: fc.constantFrom('c', 'c', 'd', 'e'),
});
const viewPlace: fc.Arbitrary<Place> = record({ db: fc.nat(1), name: fc.constantFrom('v', 'w', 'e') });
const below = fc.integer({ min: 0, max: 10 });
const one = <const D extends string, F extends object>(does: D, more: { [K in keyof F]: fc.Arbitrary<F[K]> }) =>
  record({ does: fc.constant(does), ...more }) as unknown as fc.Arbitrary<{ does: D } & F>;

const insert: fc.Arbitrary<Write> = one('insert', {
  at: place,
  documents: fc.array(record({ id, fields }), { minLength: 1, maxLength: 5 }),
});

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: insert },
  one('replace', { at: place, id, fields, upsert: fc.boolean() }),
  { weight: 3, arbitrary: one('update', { at: place, id, change, upsert: fc.boolean() }) },
  { weight: 2, arbitrary: one('update many', { at: place, below, change }) },
  { weight: 2, arbitrary: one('delete', { at: place, id }) },
  one('delete many', { at: place, below }),
  one('find and modify', { at: place, below, change }),
);

const transaction: fc.Arbitrary<Transaction> = one('transaction', {
  writes: fc.array(write, { minLength: 1, maxLength: 5 }),
  commits: fc.boolean(),
});

const options = fc.constantFrom<object>(
  {},
  { capped: true, size: 4_096 },
  { capped: true, size: 65_536, max: 3 },
  { collation: { locale: 'en', strength: 2 } },
  { clusteredIndex: { key: { _id: 1 }, unique: true } },
  { validator: { n: { $lt: 8 } }, validationAction: 'error' },
  { changeStreamPreAndPostImages: { enabled: true } },
);
const view = fc.constantFrom<object>(
  { viewOn: 'c', pipeline: [{ $match: { n: { $gt: 2 } } }] },
  { viewOn: 'd', pipeline: [], collation: { locale: 'fr' } },
  { viewOn: 'w', pipeline: [{ $project: { a: 1 } }] },
);
const indexOptions = fc.constantFrom<object>(
  {},
  { unique: true },
  { unique: true, sparse: true },
  { sparse: true, hidden: true },
  { partialFilterExpression: { n: { $gt: 3 } } },
  { collation: { locale: 'de', strength: 1 } },
  // Far ahead: a document that expires while both sides are compared would make them differ.
  { expireAfterSeconds: 99_999_999 },
);
const key = fc.constantFrom<Record<string, Value>>(
  { n: 1 },
  { a: 1 },
  { n: -1, b: 1 },
  { list: 1 },
  { a: 'hashed' },
  { b: 'text' },
  { '$**': 1 },
  { 'a.b': 1, n: 1 },
);
const modification = fc.constantFrom<object>(
  { validator: { n: { $gte: 0 } }, validationLevel: 'moderate' },
  { validator: {} },
  { changeStreamPreAndPostImages: { enabled: true } },
  { changeStreamPreAndPostImages: { enabled: false } },
  { cappedSize: 8_192 },
  { cappedMax: 4 },
);
const ofView = fc.constantFrom<object>({ viewOn: 'e', pipeline: [{ $project: { n: 1 } }] });
const ofIndex = fc.constantFrom<object>(
  { hidden: true },
  { hidden: false },
  { expireAfterSeconds: 88_888_888 },
  { prepareUnique: true },
  { unique: true },
);
/** Those after the index of `_id`, which cannot be changed. */
const nth = fc.integer({ min: 1, max: 3 });

const reshaping: fc.Arbitrary<Reshaping> = fc.oneof(
  { weight: 3, arbitrary: one('create', { at: place, options }) },
  { weight: 2, arbitrary: one('drop', { at: place }) },
  { weight: 3, arbitrary: one('rename', { at: place, to: place, dropTarget: fc.boolean() }) },
  { weight: 2, arbitrary: one('create', { at: viewPlace, options: view }) },
  one('modify', { at: viewPlace, change: ofView }),
  one('drop database', { db: fc.nat(1) }),
  { weight: 4, arbitrary: one('create index', { at: place, key, options: indexOptions }) },
  { weight: 2, arbitrary: one('drop index', { at: place, nth }) },
  { weight: 2, arbitrary: one('modify', { at: place, change: modification }) },
  { weight: 2, arbitrary: one('modify index', { at: place, nth, change: ofIndex }) },
  one('convert to capped', { at: place }),
  { weight: 2, arbitrary: one('out', { at: place, to: place, merges: fc.boolean() }) },
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 1, arbitrary: transaction },
  { weight: 3, arbitrary: reshaping },
);

const act: fc.Arbitrary<Act> = record({
  operations: fc.array(operation, { maxLength: 10 }),
  open: fc.array(transaction, { maxLength: 2 }),
});

export const world: fc.Arbitrary<World> = record({
  // Something is there, whatever comes of the rest.
  before: fc
    .tuple(fc.array(insert, { minLength: 2, maxLength: 4 }), fc.array(operation, { maxLength: 8 }))
    .map((it) => it.flat()),
  acts: fc.tuple(act, act, act),
});
