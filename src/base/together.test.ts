import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../../testing/house.ts';
import { insertLast, type State, type Tx } from './state.ts';
import { createTogether } from './together.ts';

interface Row {
  _id: string;
  held?: number;
  at?: string;
}

const { open } = harness();

async function setUp() {
  const { state } = await open();
  const rows = state.db.collection<Row>('places');
  await rows.insertOne({ _id: 'place', held: 0 });
  const held: string[] = [];
  const within = createTogether(state, async (key, tx) => {
    held.push(key);
    return rows.findOneAndUpdate({ _id: key }, { $inc: { held: 1 } }, { returnDocument: 'after', session: tx });
  });
  const put = (_id: string) => (tx: Tx) => rows.insertOne({ _id, at: 'place' }, { session: tx });
  const ids = async () => (await rows.find({ at: 'place' }).sort({ _id: 1 }).toArray()).map((it) => it._id);
  return { state, rows, held, within, put, ids };
}

test('those that come while a transaction is under way share the next one, and see each other', async () => {
  const { rows, held, within, ids } = await setUp();
  const count = (_id: string) => async (tx: Tx, place: Row | null) => {
    assert.ok(place?.held);
    const before = await rows.countDocuments({ at: 'place' }, { session: tx });
    await rows.insertOne({ _id, at: 'place' }, { session: tx });
    return before;
  };
  let others: Promise<number>[] = [];
  const first = within('place', (tx, place) => {
    others = ['b', 'c', 'd', 'e'].map((it) => within('place', count(it)));
    return count('a')(tx, place);
  });
  assert.equal(await first, 0);
  assert.deepEqual(await Promise.all(others), [1, 2, 3, 4]);
  assert.deepEqual(await ids(), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(held, ['place', 'place']);
});

test('who fails fails alone, with an error of its own or of the store, and leaves nothing', async () => {
  const { within, put, rows, ids } = await setUp();
  await put('taken')(undefined as never);
  const wrong = async (tx: Tx) => {
    await put('half')(tx);
    throw new Error('no');
  };
  const last = async (tx: Tx) => insertLast(rows, { _id: 'taken', at: 'place' }, tx);
  const all = [put('a'), wrong, put('b'), put('taken'), last, put('c')].map((it) =>
    within('place', it as typeof wrong),
  );
  const ends = (await Promise.allSettled(all)).map((it) => (it.status === 'rejected' ? it.reason.message : 'done'));
  assert.deepEqual([ends[0], ends[1], ends[2], ends[5]], ['done', 'no', 'done', 'done']);
  for (const it of [ends[3], ends[4]]) assert.match(it, /duplicate key/);
  assert.deepEqual(await ids(), ['a', 'b', 'c', 'taken']);
});

test('what holds nothing holds nobody up, and what cannot be held refuses all who wanted it', async () => {
  const { state, rows } = await setUp();
  let asked = 0;
  const within = createTogether(state, async () => {
    asked++;
    throw new Error('gone');
  });
  const all = ['a', 'b', 'c'].map((_id) =>
    within('place', (tx) => rows.insertOne({ _id, at: 'place' }, { session: tx })),
  );
  const reasons = (await Promise.allSettled(all)).map((it) => (it as PromiseRejectedResult).reason.message);
  assert.deepEqual(reasons, ['gone', 'gone', 'gone']);
  assert.equal(asked, 1);
  assert.equal(await rows.countDocuments({ at: 'place' }), 0);
  await assert.rejects(
    within('place', async () => undefined),
    /gone/,
  );
});

test('a conflict with another transaction begins all of it anew, and nobody is done twice', async () => {
  const { rows, within, ids } = await setUp();
  let tried = 0;
  const put = (_id: string) => async (tx: Tx) => {
    // Another server changes what is held, after this transaction has its snapshot.
    if (_id === 'a' && tried++ === 0)
      await rows.updateOne({ _id: 'elsewhere' }, { $inc: { held: 1 } }, { upsert: true });
    if (_id === 'b') await rows.updateOne({ _id: 'elsewhere' }, { $inc: { held: 1 } }, { session: tx });
    insertLast(rows, { _id, at: 'place' }, tx);
    return _id;
  };
  await rows.insertOne({ _id: 'elsewhere', held: 0 });
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((it) => within('place', put(it)))), ['a', 'b', 'c']);
  assert.equal(tried, 2);
  assert.deepEqual(await ids(), ['a', 'b', 'c']);
  assert.equal((await rows.findOne({ _id: 'elsewhere' }))?.held, 2);
});

test('what may have been committed is not done a second time', async () => {
  const session = {
    async withTransaction(work: () => Promise<unknown>) {
      await work();
      throw new Error('lost');
    },
  };
  const state = { client: { withSession: (use: (it: unknown) => unknown) => use(session) } } as unknown as State;
  const within = createTogether(state, async () => undefined);
  let done = 0;
  const all = [1, 2, 3].map(() => within('place', async () => done++));
  const reasons = (await Promise.allSettled(all)).map((it) => (it as PromiseRejectedResult).reason.message);
  assert.deepEqual([reasons, done], [['lost', 'lost', 'lost'], 3]);
});
