/** What the destination takes at best: the batches of a copy, read beforehand, sent by as many writers as the engine's. */

import { raw, T } from '../../src/migration/bson.ts';
import { Deployment } from '../../src/migration/deployment.ts';
import { batchOf, elementsOf, getMore } from '../../src/migration/wire.ts';
import type { Dataset } from './data.ts';

const WRITERS = 3;

/** Bytes per second; the making of the collections counts, as it does in a copy. */
export async function limitOf(source: string, destination: string, it: Dataset): Promise<number> {
  const [from, to] = await Promise.all([Deployment.connect(source), Deployment.connect(destination)]);
  try {
    const batches: { name: string; documents: Buffer }[] = [];
    const names = Array.from({ length: it.collections }, (_, n) => `c${n}`);
    for (const name of names) batches.push(...(await batchesOf(from, it.db, name)));
    const wires = await to.openMany(WRITERS);
    const began = performance.now();
    await Promise.all(
      wires.map(async (wire) => {
        for (let name = names.shift(); name; name = names.shift()) {
          await wire.command(it.db, { create: name, writeConcern: { w: 'majority' } });
        }
      }),
    );
    let bytes = 0;
    await Promise.all(
      wires.map(async (wire) => {
        for (let next = batches.shift(); next; next = batches.shift()) {
          bytes += next.documents.length;
          const options = { insert: next.name, ordered: false, bypassDocumentValidation: true };
          const reply = await wire.send(it.db, [
            elementsOf({ ...options, writeConcern: { w: 'majority' } }),
            ...raw(T.array, 'documents', next.documents),
          ]);
          reply.release();
        }
      }),
    );
    return bytes / ((performance.now() - began) / 1_000);
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

async function batchesOf(from: Deployment, db: string, name: string): Promise<{ name: string; documents: Buffer }[]> {
  const out: { name: string; documents: Buffer }[] = [];
  let reply = await from.control.send(db, [elementsOf({ find: name, hint: { $natural: 1 }, batchSize: 100_000 })]);
  for (;;) {
    const batch = batchOf(reply);
    if (!batch.empty) out.push({ name, documents: Buffer.from(reply.bytes.subarray(batch.start, batch.end)) });
    reply.release();
    if (batch.id === 0n) return out;
    reply = await from.control.send(db, getMore(batch.id, name, 100_000));
  }
}
