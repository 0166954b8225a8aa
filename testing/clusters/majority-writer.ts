import { setTimeout as wait } from 'node:timers/promises';
import { type Document, MongoClient } from 'mongodb';

/**
 * Writes numbered documents with majority concern, one after the other, and remembers those that were acknowledged.
 * What fails is written again under another number: only an acknowledgement promises anything.
 */
export async function majorityWriter(uri: string, pauseMs = 20) {
  const options = { serverSelectionTimeoutMS: 2_000, socketTimeoutMS: 5_000, retryWrites: true };
  const client = new MongoClient(uri, options);
  const acknowledged: number[] = [];
  let stopping = false;
  let next = 0;
  const running = (async () => {
    const collection = client.db('promises').collection<Document & { _id: number }>('kept');
    while (!stopping) {
      const _id = next++;
      try {
        await collection.insertOne({ _id }, { writeConcern: { w: 'majority', wtimeoutMS: 5_000 } });
        acknowledged.push(_id);
      } catch {
        // Not acknowledged, so nothing was promised; whatever stands in the way is what the test is about.
      }
      await wait(pauseMs);
    }
  })();
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping = true;
    ended ??= running.then(() => client.close());
    return ended;
  };
  return {
    get count() {
      return acknowledged.length;
    },
    stop,
    /** Stops, and looks for every acknowledged write at the members that the cluster has now. */
    async verify(now: string): Promise<{ acknowledged: number; lost: number[] }> {
      await stop();
      const reader = new MongoClient(now, { readConcernLevel: 'majority' });
      try {
        const there = new Set(
          (await reader.db('promises').collection<{ _id: number }>('kept').find().toArray()).map((it) => it._id),
        );
        return { acknowledged: acknowledged.length, lost: acknowledged.filter((it) => !there.has(it)) };
      } finally {
        await reader.close();
      }
    },
  };
}
