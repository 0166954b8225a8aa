import { BSON } from 'mongodb';
import { doc, eachDocument, idOf, pieces, raw, T } from './bson.ts';
import type { Deployment } from './deployment.ts';
import type { Note } from './difference.ts';
import { type Collection, namespaceOf } from './segment.ts';
import { batchOf, elementsOf, getMore, type Reply, type Wire } from './wire.ts';

/** How many of the documents that differ are named. */
const NAMED = 3;

/** The number of documents; undefined when it differs. */
export async function compareCounts(
  from: Deployment,
  to: Deployment,
  at: Collection,
  note: Note,
): Promise<number | undefined> {
  let [a, b] = await Promise.all([fastCount(from, at), fastCount(to, at)]);
  // The fast count errs after a crash of the server; then all are counted.
  if (a !== b) [a, b] = await Promise.all([exactCount(from, at), exactCount(to, at)]);
  if (a === b) return b;
  note(namespaceOf(at), 'count', `${a} documents on the source and ${b} on the destination`);
  return undefined;
}

type Place = { db: string; name: string };

const fastCount = async (on: Deployment, at: Place): Promise<number> =>
  Number((await on.command(at.db, { count: at.name })).n);

async function exactCount(on: Deployment, at: Place): Promise<number> {
  const { cursor } = await on.command(at.db, {
    aggregate: at.name,
    pipeline: [{ $count: 'n' }],
    cursor: {},
    hint: { $natural: 1 },
  });
  return Number(cursor.firstBatch[0]?.n ?? 0);
}

/** Documents chosen at random on the source must be on the destination to the byte. */
export async function compareSample(left: Wire, right: Wire, at: Place, size: number, note: Note): Promise<number> {
  const pipeline = [{ $sample: { size } }];
  const wanted = await documentsOf(left, at, [elementsOf({ aggregate: at.name, pipeline, cursor: {} })]);
  const ids = wanted.map((it, n) => {
    const id = idOf(it, 0);
    return Buffer.concat(raw(id.type, String(n), id.value));
  });
  const list = raw(T.array, '$in', Buffer.concat(pieces(ids)));
  const found = await documentsOf(right, at, [
    elementsOf({ find: at.name }),
    ...doc('filter', Buffer.concat(pieces(doc('_id', Buffer.concat(pieces(list)))))),
  ]);
  const there = new Set(found.map((it) => it.toString('latin1')));
  const different = wanted.filter((it) => !there.has(it.toString('latin1')));
  if (different.length) {
    const ids = different
      .slice(0, NAMED)
      .map((it) => BSON.EJSON.stringify(BSON.deserialize(it)._id, { relaxed: false }));
    const told = `${different.length} of ${wanted.length} documents are not equal, such as those with _id ${ids.join(', ')}`;
    note(`${at.db}.${at.name}`, 'content', told);
  }
  return wanted.length;
}

async function documentsOf(wire: Wire, at: Place, command: Buffer[]): Promise<Buffer[]> {
  const documents: Buffer[] = [];
  let reply: Reply = await wire.send(at.db, command);
  for (;;) {
    const batch = batchOf(reply);
    const { bytes } = reply;
    eachDocument(bytes, batch.start, (start, end) => documents.push(Buffer.from(bytes.subarray(start, end))));
    reply.release();
    if (batch.id === 0n) return documents;
    reply = await wire.send(at.db, getMore(batch.id, at.name, 1_000));
  }
}
