/** For the tests beside it: an application that keeps writing in every way it can. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Collection, type MongoClient, MongoError, ObjectId } from 'mongodb';

export interface Writer {
  /** How much was done so far. */
  readonly writes: number;
  /** Resolves once that much more was done. */
  more(writes: number): Promise<void>;
  stop(): Promise<void>;
}

const pick = (n: number) => Math.floor(Math.random() * n);

/** Fills `app` with what the writer then works on. */
export async function seed(client: MongoClient, documents: number): Promise<void> {
  const db = client.db('app');
  for (const name of ['orders', 'renamed', 'small', 'doomed']) {
    const all = Array.from({ length: name === 'orders' ? documents : 200 }, (_, n) => ({
      // biome-ignore lint/suspicious/noExplicitAny: a number is easier to hit again than an ObjectId
      _id: n as any,
      n,
      unique: `u${n}`,
      list: [1, 2, 3, 4, 5],
      nested: { a: { b: n }, list: [{ x: 1 }, { x: 2 }] },
      fill: 'x'.repeat(800),
    }));
    for (let at = 0; at < all.length; at += 2_000) await db.collection(name).insertMany(all.slice(at, at + 2_000));
  }
  await db.collection('orders').createIndex({ unique: 1 }, { unique: true });
  await db.collection('orders').createIndex({ 'nested.a.b': 1, n: 1 });
}

/** A `persistent` one goes on whatever fails, as the source may be gone for a while. */
export function startWriter(client: MongoClient, documents: number, schema = true, persistent = false): Writer {
  const db = client.db('app');
  let writes = 0;
  let stopped = false;
  const waiting = new Set<{ at: number; resolve(): void; reject(error: unknown): void }>();
  const orders = db.collection('orders');
  const run = async () => {
    for (let round = 0; !stopped; round++) {
      try {
        await write(orders, documents, round);
        await transact(client, orders, documents, round);
        if (schema && round % 3 === 0) await reshape(client, round);
      } catch (error) {
        if (!persistent || !(error instanceof MongoError)) throw error;
        // Some fail at once; without a pause nothing else would get its turn, not even what starts the source again.
        await wait(20);
      }
      writes += 10;
      for (const it of waiting) {
        if (writes < it.at) continue;
        it.resolve();
        waiting.delete(it);
      }
    }
  };
  const running = run();
  running.catch((error) => {
    for (const it of waiting) it.reject(error);
  });
  return {
    get writes() {
      return writes;
    },
    more: (n) => new Promise((resolve, reject) => waiting.add({ at: writes + n, resolve, reject })),
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

async function write(at: Collection, documents: number, round: number): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: as in seed
  const id = (more: object = {}) => ({ _id: pick(documents) as any, ...more });
  // Earlier rounds have made other things of some: an application knows what it changes.
  const [nested, list] = [{ nested: { $type: 'object' } }, { list: { $type: 'array' } }] as const;
  const extra = new ObjectId();
  await at.insertOne({ _id: extra, unique: `extra${extra}`, round });
  await at.updateOne(id(nested), { $set: { 'nested.a.b': round, 'nested.list.1.x': round } });
  await at.updateOne(id(list), { $push: { list: round as never } });
  await at.updateOne(id(list), [{ $set: { list: { $slice: ['$list', 2] } } }]);
  await at.updateOne(id(), { $unset: { fill: 1 }, $set: { [`field${round % 5}`]: { '0': round } } });
  await at.updateOne(id(), [{ $set: { nested: round } }]);
  const replaced = pick(documents);
  await at.replaceOne({ _id: replaced as never }, { unique: `u${replaced}`, n: -1, nested: { a: { b: [round] } } });
  const from = pick(documents);
  await at.updateMany({ _id: { $gte: from as never, $lt: (from + 300) as never }, n: { $gt: 0 } }, [
    { $set: { many: round } },
  ]);
  if (round % 4 === 0) await at.deleteOne(id());
  if (round % 4 === 2) await at.deleteOne({ _id: extra });
  // The holder of a unique key changes.
  const [a, b] = [pick(documents), documents + round];
  const { deletedCount } = await at.deleteOne({ _id: a as never });
  if (deletedCount) await at.insertOne({ _id: b as never, unique: `u${a}`, round });
}

async function transact(client: MongoClient, at: Collection, documents: number, round: number): Promise<void> {
  await client.withSession((session) =>
    session
      .withTransaction(async () => {
        await at.insertOne({ unique: `t${round}-${new ObjectId()}` }, { session });
        await at.updateOne({ _id: pick(documents) as never }, { $set: { transaction: round } }, { session });
        await at.db.collection('small').updateOne({ _id: pick(200) as never }, { $inc: { n: 1 } }, { session });
        await at.db.collection('small').deleteOne({ _id: pick(200) as never }, { session });
        if (round % 5 === 0) throw new Error('abort');
      })
      .catch((error: Error) => {
        if (error.message !== 'abort') throw error;
      }),
  );
}

/** One turn through the changes of the schema; names come back, so that later turns meet what earlier ones left. */
async function reshape(client: MongoClient, round: number): Promise<void> {
  const db = client.db('app');
  const names = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map((it) => it.name));
  const turn = Math.floor(round / 3) % 9;
  if (turn === 0) {
    if (names.has('renamed')) await db.renameCollection('renamed', 'renamed again');
    else await db.renameCollection('renamed again', 'renamed');
  } else if (turn === 1) {
    await db.collection('fresh').insertMany(Array.from({ length: 20 }, (_, n) => ({ n, round })));
  } else if (turn === 2) {
    await db.collection('orders').createIndex({ [`field${round % 5}`]: 1 });
  } else if (turn === 3) {
    if (names.has('fresh')) await db.renameCollection('fresh', 'replaced', { dropTarget: true });
  } else if (turn === 4) {
    await db.collection('doomed').drop();
    await db.collection('doomed').insertOne({ round });
  } else if (turn === 5) {
    await db.command({ collMod: 'small', validator: { n: { $lt: round + 1_000_000 } }, validationAction: 'warn' });
  } else if (turn === 6) {
    await db
      .collection('orders')
      .aggregate([{ $limit: 30 }, { $out: 'out' }])
      .toArray();
  } else if (turn === 7) {
    if (names.has('out'))
      await client.db('admin').command({ renameCollection: 'app.out', to: 'other.out', dropTarget: true });
    await db.collection('orders').dropIndexes();
    await db.collection('orders').createIndex({ n: 1 }, { name: `n${round}`, expireAfterSeconds: 9_999_999 });
  } else {
    await client
      .db(`passing${round % 2}`)
      .collection('c')
      .insertOne({ round });
    await client.db(`passing${(round + 1) % 2}`).dropDatabase();
    if (names.has('replaced')) await db.command({ convertToCapped: 'replaced', size: 1 << 20 });
  }
}
