import { hash } from 'node:crypto';
import { allSettled } from './apply.ts';
import { eachDocument } from './bson.ts';
import type { Deployment } from './deployment.ts';
import type { Difference, Note } from './difference.ts';
import { connectBoth } from './ground.ts';
import { differenceOf, listIndexes } from './indexes.ts';
import { optionsDiffer, sameView } from './options.ts';
import { compareCounts, compareSample } from './sample.ts';
import { isBuckets, type Selection } from './scope.ts';
import { type Catalogue, type Collection, namespaceOf, readCatalogue } from './segment.ts';
import { batchOf, elementsOf, getMore, type Wire } from './wire.ts';

export interface Comparison {
  collections: number;
  /** Compared by every byte: all of them, or the sample. */
  documents: number;
  bytes: number;
  differences: Difference[];
}

interface Content {
  documents: number;
  bytes: number;
  /** Sums over the hashes of all documents: equal for equal sets of documents in whatever order. */
  sums: Uint32Array;
}

const LANES = 2;

/**
 * Every user collection: count, content, every index and option equal on both sides. The content by a hash of all
 * documents in whatever order, or with `sample` by so many of them.
 */
export async function compareDeployments(
  source: string,
  destination: string,
  { sample, ...selection }: Selection & { sample?: number } = {},
): Promise<Comparison> {
  const [from, to] = await connectBoth(source, destination, selection);
  try {
    return await compare(from, to, sample);
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

async function compare(from: Deployment, to: Deployment, sample: number | undefined): Promise<Comparison> {
  const [a, b] = await Promise.all([readCatalogue(from), readCatalogue(to)]);
  const differences: Difference[] = [];
  const result = { collections: 0, documents: 0, bytes: 0, differences };
  const note = (namespace: string, what: Difference['what'], detail: string) => {
    differences.push({ namespace, what, detail });
  };
  compareNames(a, b, note);
  compareViews(a, b, note);
  const there = new Map(b.collections.map((it) => [namespaceOf(it), it]));
  const queue = a.collections.filter((it) => there.has(namespaceOf(it)));
  const lanes = await Promise.all(
    Array.from({ length: Math.min(LANES, queue.length) }, () => Promise.all([from.open(), to.open()])),
  );
  await allSettled(
    lanes.map(async ([left, right]) => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const other = there.get(namespaceOf(next))!;
        compareOptions(next, other, note);
        await compareIndexes(from, to, next, note);
        const compared = async () => {
          if (!sample) return compareContent(left, right, next!, note);
          const count = await compareCounts(from, to, next!, note);
          return {
            documents: count === undefined ? 0 : await compareSample(left, right, next!, sample, note),
            bytes: 0,
          };
        };
        const content = await compared();
        result.collections++;
        result.documents += content.documents;
        result.bytes += content.bytes;
      }
    }),
  );
  differences.sort((x, y) => x.namespace.localeCompare(y.namespace));
  return result;
}

function compareNames(a: Catalogue, b: Catalogue, note: Note): void {
  const kinds = (it: Catalogue) =>
    new Map([
      ...it.collections.filter((at) => !isBuckets(at.name)).map((at) => [namespaceOf(at), 'collection'] as const),
      ...it.views.map((at) => [namespaceOf(at), 'view'] as const),
      ...it.timeSeries.map((at) => [at, 'time series collection'] as const),
    ]);
  const [left, right] = [kinds(a), kinds(b)];
  for (const [ns, kind] of left) {
    if (right.get(ns) === kind) continue;
    const found = right.has(ns) ? `the destination has a ${right.get(ns)} of this name` : 'not on the destination';
    note(ns, 'missing', `${kind}: ${found}`);
  }
  for (const [ns, kind] of right) if (!left.has(ns)) note(ns, 'extra', `${kind}: only on the destination`);
}

export function compareViews(a: Catalogue, b: Catalogue, note: Note): void {
  const there = new Map(b.views.map((it) => [namespaceOf(it), it]));
  for (const view of a.views) {
    const other = there.get(namespaceOf(view));
    if (other && !sameView(view, other)) note(namespaceOf(view), 'options', 'the view is defined differently');
  }
}

export function compareOptions(a: Collection, b: Collection, note: Note): void {
  const option = optionsDiffer(a.options, b.options);
  if (option !== undefined) note(namespaceOf(a), 'options', `${option} differs`);
}

export async function compareIndexes(from: Deployment, to: Deployment, at: Collection, note: Note): Promise<void> {
  const [a, b] = await Promise.all([listIndexes(from, at), listIndexes(to, at)]);
  const there = new Map(b.map((it) => [it.name, it]));
  for (const index of a) {
    const other = there.get(index.name);
    there.delete(index.name);
    const difference = other && differenceOf(index.spec, other.spec);
    if (!other) note(namespaceOf(at), 'indexes', `index ${index.name} is missing on the destination`);
    else if (difference !== undefined) note(namespaceOf(at), 'indexes', `index ${index.name}: ${difference} differs`);
  }
  for (const name of there.keys()) note(namespaceOf(at), 'indexes', `index ${name} is only on the destination`);
}

export async function compareContent(left: Wire, right: Wire, at: Collection, note: Note): Promise<Content> {
  const [a, b] = await Promise.all([contentOf(left, at), contentOf(right, at)]);
  const ns = namespaceOf(at);
  if (a.documents !== b.documents) {
    note(ns, 'count', `${a.documents} documents on the source, ${b.documents} on the destination`);
  } else if (!a.sums.every((it, n) => it === b.sums[n])) {
    note(ns, 'content', `the ${a.documents} documents are not all equal, byte for byte`);
  }
  return a;
}

async function contentOf(wire: Wire, at: Collection): Promise<Content> {
  const content: Content = { documents: 0, bytes: 0, sums: new Uint32Array(8) };
  let reply = await wire.send(at.db, [
    elementsOf({ find: at.name, hint: { $natural: 1 }, batchSize: 100_000, noCursorTimeout: true }),
  ]);
  for (;;) {
    const batch = batchOf(reply);
    // The next batch is on its way while this one is hashed.
    const next = batch.id === 0n ? undefined : wire.send(at.db, getMore(batch.id, at.name, 100_000));
    next?.catch(() => {});
    eachDocument(reply.bytes, batch.start, (start, end) => {
      const digest = hash('sha256', reply.bytes.subarray(start, end), 'buffer');
      for (let n = 0; n < 8; n++) content.sums[n]! += digest.readUInt32LE(n * 4);
      content.documents++;
      content.bytes += end - start;
    });
    reply.release();
    if (!next) return content;
    reply = await next;
  }
}
