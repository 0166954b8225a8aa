import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { BSON, type Document, Int32, Long } from 'mongodb';
import { Body } from './body.ts';
import { idOf, pieces } from './bson.ts';
import { BufferPool } from './buffers.ts';
import { Outbox } from './outbox.ts';
import { amongIds, deletes, diffs, documents, type Identified, replacements } from './statements.ts';

const bytes = (it: Document): Buffer => Buffer.from(BSON.serialize(it));
const identified = (_id: unknown): Identified => {
  const { type, value } = idOf(bytes({ _id }), 0);
  return { idType: type, id: value };
};

/** What the server reads; the body begins far too small, so that it grows. */
function read(fill: (body: Body) => Body): Document {
  const body = fill(new Body(new BufferPool(), 8));
  const whole = Buffer.concat(pieces([body.written]));
  body.release();
  return BSON.deserialize(whole, { promoteValues: false, promoteBuffers: true });
}
const same = (found: Document, wanted: Document) =>
  assert.deepEqual(found, BSON.deserialize(bytes(wanted), { promoteValues: false, promoteBuffers: true }));

test('statements are what a driver would make of them, whatever the identifier', () => {
  const ids = [1, new Int32(2), Long.fromNumber(3), 'four', { five: 5 }, null, 'x'.repeat(90_000)];
  const plain = (_id: unknown) => (_id === null || (_id as Document).five ? { _id: { $eq: _id } } : { _id });
  const all = ids.map(identified);
  same(
    read((body) => deletes(body, all)),
    { deletes: ids.map((it) => ({ q: plain(it), limit: new Int32(1) })) },
  );
  same(
    read((body) => amongIds(body, all)),
    { filter: { _id: { $in: ids } } },
  );
  const made = ids.map((_id) => ({ _id, a: 'ü', 'b.c': [1, { d: new Int32(4) }] }));
  same(
    read((body) => documents(body, made.map(bytes))),
    { documents: made },
  );
  same(
    read((body) => replacements(body, made.map(bytes))),
    { updates: made.map((it) => ({ q: plain(it._id), u: it, upsert: true })) },
  );
  const diff = { $v: new Int32(2), diff: { u: { a: new Int32(1) } } };
  const dirty = all.map((it) => ({
    ...it,
    what: 'diff' as const,
    made: false,
    document: undefined,
    diffs: [bytes(diff), bytes(diff)],
  }));
  const u = [diff, diff].map((oplogUpdate) => ({ $_internalApplyOplogUpdate: { oplogUpdate } }));
  same(
    read((body) => diffs(body, dirty)),
    { updates: ids.map((it) => ({ q: plain(it), u })) },
  );
});

test('an identifier that does not come first is found too', () => {
  assert.deepEqual(idOf(bytes({ a: 1, _id: 'x' }), 0), idOf(bytes({ _id: 'x' }), 0));
});

test('what is sent arrives in its order, in slices or as it is', async () => {
  for (const tls of [true, false]) {
    const arrived: Buffer[] = [];
    const socket = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        arrived.push(Buffer.from(chunk));
        setImmediate(done);
      },
    });
    const outbox = new Outbox(socket, tls);
    const messages = [[10, 400_000, 20], [30], [70_000, 5, 70_000], [1]].map((sizes, m) =>
      sizes.map((size, p) => Buffer.alloc(size, 16 * m + p + 1)),
    );
    for (const it of messages) outbox.send(it, Buffer.concat(it).length);
    const wanted = Buffer.concat(messages.flat());
    while (Buffer.concat(arrived).length < wanted.length) await new Promise(setImmediate);
    assert.ok(Buffer.concat(arrived).equals(wanted));
    assert.equal(Math.max(...arrived.map((it) => it.length)), tls ? 1 << 17 : 400_000);
  }
});
