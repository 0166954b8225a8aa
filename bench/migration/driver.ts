/** A loop over the driver, as one would write it: what the copy is held beside. */
import { type Document, MongoClient } from 'mongodb';
import type { Dataset } from './data.ts';

const BATCH = 1_000;

/** Seconds for the whole dataset. */
export async function driverSeconds(from: string, to: string, it: Dataset): Promise<number> {
  const [source, destination] = [new MongoClient(from), new MongoClient(to)];
  try {
    await Promise.all([source.connect(), destination.connect()]);
    const began = performance.now();
    for (let c = 0; c < it.collections; c++) {
      const write = destination.db(it.db).collection(`c${c}`);
      let batch: Document[] = [];
      const read = source.db(it.db).collection(`c${c}`).find({}, { batchSize: BATCH });
      for await (const document of read) {
        batch.push(document);
        if (batch.length < BATCH) continue;
        await write.insertMany(batch, { ordered: false });
        batch = [];
      }
      if (batch.length) await write.insertMany(batch, { ordered: false });
    }
    return (performance.now() - began) / 1_000;
  } finally {
    await Promise.all([source.close(), destination.close()]);
  }
}
