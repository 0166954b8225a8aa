// An application that goes on writing to the source through everything that follows.
import { setTimeout as wait } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';

export interface Writer {
  readonly writes: number;
  /** Throws what had stopped it, if anything had. */
  stop(): Promise<void>;
}

/** Rounds per second: an application at work, not a benchmark. */
const PACE_MS = 20;

async function round(client: MongoClient, n: number): Promise<number> {
  const [cities, parcels] = [client.db('geo').collection('cities'), client.db('post').collection('parcels')];
  const some = { number: `P${String((n * 7_919) % 100_000).padStart(7, '0')}` };
  await parcels.insertOne({
    number: `N${n}`,
    posted: new Date(),
    weight: { value: n % 40, unit: 'kg' },
    delivered: false,
  });
  await parcels.updateOne(some, {
    $set: { delivered: true, 'weight.value': n },
    $push: { 'route.0.stamps': n } as never,
  });
  if (n % 3 === 0) await cities.updateOne({ country: 'JP', population: { $gt: 1_000 } }, { $inc: { population: 1 } });
  if (n % 5 === 0) await parcels.replaceOne({ number: `N${n - 5}` }, { number: `N${n - 5}`, replaced: true });
  if (n % 7 === 0) await parcels.deleteOne({ number: `N${n - 3}` });
  if (n % 11 === 0)
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await cities.updateOne({ country: 'DE' }, { $inc: { moved: 1 } }, { session });
        await parcels.insertOne({ number: `T${n}`, inTransaction: true }, { session });
      }),
    );
  return 4;
}

/** Changes of the schema, each once in a while. */
async function reshape(client: MongoClient, n: number): Promise<void> {
  const db = client.db('post');
  const turn = n / 100;
  await db.collection(`labels${turn}`).insertMany([{ turn }, { turn, printed: true }]);
  await db.collection(`labels${turn}`).createIndex({ printed: 1 });
  if (turn % 2 === 0) await db.collection(`labels${turn}`).rename(`printed${turn}`);
  if (turn === 2) await db.collection('parcels').createIndex({ posted: -1 }, { name: 'newest' });
}

export function startWriter(client: MongoClient): Writer {
  let [writes, stopped] = [0, false];
  const running = (async () => {
    for (let n = 0; !stopped; n++) {
      writes += await round(client, n);
      if (n % 100 === 0) await reshape(client, n);
      await wait(PACE_MS);
    }
  })();
  // Whatever ends it is told by stop().
  running.catch(() => {});
  return {
    get writes() {
      return writes;
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
