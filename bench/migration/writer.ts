/** An application: of every hundred events 30 are inserts, 15 deletes, 55 updates of every shape. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Document, MongoClient } from 'mongodb';

const DB = 'changing';
const LANES = 4;
const SEED = 25_000;

const document = (_id: number): Document => ({
  ...{ _id, k: `key${_id}`, v: 0, a: { b: { c: _id % 100 }, d: 'x'.repeat(40) }, arr: [1, 2, 3, { q: 1 }] },
  pad: `p${_id}`.padEnd(150, 'abcdef'),
});

/** Every lane has identifiers of its own, so that no lane waits for another. */
const first = (lane: number) => lane * 100_000_000;

export async function seed(client: MongoClient): Promise<void> {
  const collection = client.db(DB).collection('c');
  for (let lane = 0; lane < LANES; lane++) {
    const all = Array.from({ length: SEED }, (_, n) => document(first(lane) + n));
    // biome-ignore lint/suspicious/noExplicitAny: numbers are easier to hit again than ObjectIds
    for (let at = 0; at < SEED; at += 5_000) await collection.insertMany(all.slice(at, at + 5_000) as any[]);
  }
  await collection.createIndex({ k: 1 });
  for (let lane = 0; lane < LANES; lane++) ranges.push({ low: first(lane), next: first(lane) + SEED });
}
const ranges: { low: number; next: number }[] = [];

function change(n: number): Document | Document[] {
  const kind = Math.random();
  if (kind < 0.4) return { $inc: { v: 1 } };
  if (kind < 0.6) return { $set: { 'a.b.c': n, [`f${n % 7}`]: new Date() } };
  if (kind < 0.75) return { $set: { 'arr.3.q': n }, $unset: { [`f${n % 7}`]: 1 } };
  if (kind < 0.9) return { $push: { arr: n } };
  return { $set: { pad: `z${n}`.padEnd(150, 'qwe') } };
}

async function hundred(client: MongoClient, lane: number): Promise<number> {
  const db = client.db(DB);
  const range = ranges[lane]!;
  const documents = Array.from({ length: 30 }, () => document(range.next++));
  const deletes = Array.from({ length: 15 }, () => ({ q: { _id: range.low++ }, limit: 1 }));
  const updates = Array.from({ length: 55 }, () => {
    const hot = Math.random() < 0.3 ? 1_000 : range.next - range.low;
    return { q: { _id: range.low + Math.floor(Math.random() * hot) }, u: change(Math.floor(Math.random() * 1e6)) };
  });
  await db.command({ insert: 'c', documents });
  await db.command({ delete: 'c', deletes, ordered: false });
  const { nModified } = await db.command({ update: 'c', updates, ordered: false });
  return 45 + nModified;
}

export interface Written {
  events: number;
  perSecond: number;
}

/** Writes until `enough` says so, not faster than `perSecond`. */
export async function write(
  client: MongoClient,
  enough: (events: number) => boolean,
  perSecond = Number.POSITIVE_INFINITY,
): Promise<Written> {
  const began = performance.now();
  let events = 0;
  const elapsed = () => (performance.now() - began) / 1_000;
  await Promise.all(
    ranges.map(async (_, lane) => {
      while (!enough(events)) {
        const ahead = events / perSecond - elapsed();
        if (ahead > 0) await wait(ahead * 1_000);
        const done = await hundred(client, lane);
        events += done;
      }
    }),
  );
  return { events, perSecond: events / elapsed() };
}
