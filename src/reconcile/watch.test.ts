import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { openDataDirectory } from '../main/data-directory.ts';
import { embeddedState, type OpenState } from '../main/state-store.ts';
import { mongodCache } from '../main/up.ts';
import { findMongod } from '../mongod/index.ts';
import { createWatch } from './watch.ts';

const dir = mkdtempSync(join(tmpdir(), 'telamon-watch-'));
const data = openDataDirectory(dir);
let state: OpenState;
before(async () => {
  const { path } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  state = await embeddedState(data, path);
  await state.ready;
});
after(async () => {
  await state.close();
  data.release();
  rmSync(dir, { recursive: true, force: true });
});

/** Writes documents until one of them has been told of: there is no event for a stream that has opened. */
async function toldAgain(told: EventTarget, name: string): Promise<void> {
  const docs = state.db.collection<{ _id: string; n: number }>(name);
  const writing = setInterval(() => {
    docs.updateOne({ _id: 'probe' }, { $inc: { n: 1 } }, { upsert: true }).catch(() => {});
  }, 20);
  try {
    await once(told, 'probe', { signal: AbortSignal.timeout(10_000) });
  } finally {
    clearInterval(writing);
  }
}

test('each waiter is told of its own collection, also after the stream was killed', async (t) => {
  const told = new EventTarget();
  const [things, others]: [string[], string[]] = [[], []];
  const watch = createWatch(
    state,
    [
      { collection: 'things', wake: (id) => things.push(id) && told.dispatchEvent(new Event(id)) },
      { collection: 'others', wake: (id) => others.push(id) },
    ],
    pino({ level: 'silent' }),
  );
  t.after(() => watch.stop());
  watch.start();
  watch.start();
  await toldAgain(told, 'things');
  assert.ok(things.every((it) => it === 'probe'));
  assert.deepEqual(others, []);

  const admin = state.client.db('admin');
  const open = await admin
    .aggregate([{ $currentOp: { idleCursors: true } }], { readConcern: { level: 'local' } })
    .toArray();
  const streams = open.filter((it) => JSON.stringify(it.cursor?.originatingCommand ?? {}).includes('$changeStream'));
  assert.ok(streams.length, 'there is a change stream to kill');
  for (const { cursor, ns } of streams)
    await state.db.command({ killCursors: ns.slice(ns.indexOf('.') + 1), cursors: [cursor.cursorId] });
  things.length = 0;
  await toldAgain(told, 'things');

  await Promise.all([watch.stop(), watch.stop()]);
  things.length = 0;
  await state.db.collection<{ _id: string }>('things').insertOne({ _id: 'late' });
  assert.deepEqual(things, []);
});
