import { allSettled } from './apply.ts';
import { doc, eachDocument, idOf, pieces, raw, T } from './bson.ts';
import { compareContent, compareIndexes, compareOptions, compareViews, type Note } from './compare.ts';
import type { Deployment } from './deployment.ts';
import type { Ground } from './ground.ts';
import { type Catalogue, type Collection, namespaceOf, readCatalogue, sizeOf } from './segment.ts';
import { batchOf, elementsOf, getMore, type Reply, type Wire } from './wire.ts';

/** What a migration has compared before it says that it is complete. */
export interface Verified {
  collections: number;
  /** All of them, by number. */
  documents: number;
  /** Those of small collections, every one by its bytes. */
  documentsComparedInFull: number;
  /** Those of larger collections, chosen at random and compared by their bytes. */
  documentsComparedBySample: number;
}

/** Small enough that comparing every byte does not make the cutover longer. */
const FULL = { documents: 5_000, bytes: 8 << 20 };
const SAMPLE = 300;

/** Names, options, indexes, views and counts of both sides, and the content as far as it is quick; what differs, in words. */
export async function verify(
  ground: Pick<Ground, 'source' | 'destination' | 'readerPool' | 'writerPool'>,
): Promise<{ verified: Verified; wrong: string[] }> {
  const { source, destination } = ground;
  const [from, to] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const wrong = missing(from, to);
  const note: Note = (namespace, _what, detail) => wrong.push(`${namespace}: ${detail}`);
  compareViews(from, to, note);
  const there = new Map(to.collections.map((it) => [namespaceOf(it), it]));
  const verified = { collections: 0, documents: 0, documentsComparedInFull: 0, documentsComparedBySample: 0 };
  await allSettled(
    from.collections
      .filter((it) => there.has(namespaceOf(it)))
      .map(async (it) => {
        verified.collections++;
        compareOptions(it, there.get(namespaceOf(it))!, note);
        await compareIndexes(source, destination, it, note);
        const count = await compareCounts(source, destination, it, note);
        if (count === undefined) return;
        verified.documents += count;
        await ground.readerPool.use((left) =>
          ground.writerPool.use(async (right) => {
            if (count <= FULL.documents && (await sizeOf(source, it)).bytes <= FULL.bytes) {
              verified.documentsComparedInFull += (await compareContent(left, right, it, note)).documents;
            } else verified.documentsComparedBySample += await compareSample(left, right, it, note);
          }),
        );
      }),
  );
  return { verified, wrong };
}

function missing(from: Catalogue, to: Catalogue): string[] {
  const there = new Set([...to.collections, ...to.views].map(namespaceOf));
  return [...from.collections, ...from.views]
    .map(namespaceOf)
    .filter((it) => !there.has(it))
    .map((it) => `${it} is missing`);
}

/** The number of documents; undefined when it differs. */
async function compareCounts(
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
async function compareSample(left: Wire, right: Wire, at: Place, note: Note): Promise<number> {
  const pipeline = [{ $sample: { size: SAMPLE } }];
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
  const different = wanted.filter((it) => !there.has(it.toString('latin1'))).length;
  if (different) note(`${at.db}.${at.name}`, 'content', `${different} of ${wanted.length} documents are not equal`);
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
