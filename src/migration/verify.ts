import { allSettled } from './apply.ts';
import { compareContent, compareIndexes, compareOptions, compareViews } from './compare.ts';
import type { Note } from './difference.ts';
import type { Ground } from './ground.ts';
import { compareCounts, compareSample } from './sample.ts';
import { type Catalogue, namespaceOf, readCatalogue, sizeOf } from './segment.ts';

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
            } else verified.documentsComparedBySample += await compareSample(left, right, it, SAMPLE, note);
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
