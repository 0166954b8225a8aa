import { allSettled } from './apply.ts';
import type { Deployment } from './deployment.ts';
import type { Ground } from './ground.ts';
import { matchIndexes } from './indexes.ts';
import { matchOptions, matchViews } from './options.ts';
import { namespaceOf, readCatalogue } from './segment.ts';

export interface Verified {
  collections: number;
  documents: number;
}

/** Gives the destination what it must not have while changes come in: unique and expiring indexes, views. */
export async function complete(ground: Ground): Promise<void> {
  const { source, destination } = ground;
  const [from, to] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const there = new Map(to.collections.map((it) => [namespaceOf(it), it]));
  await allSettled(
    from.collections.map(async (wanted) => {
      const present = there.get(namespaceOf(wanted));
      // A missing one is found by the verification that follows.
      if (!present) return;
      await ground.writerPool.use((wire) => matchIndexes(source, destination, wanted, wanted, true, wire));
      await matchOptions(destination, wanted, present, true);
    }),
  );
  await matchViews(destination, from, to);
}

/** Namespaces and counts of both sides; a list of what differs, in words. */
export async function verifyCounts(
  ground: Pick<Ground, 'source' | 'destination'>,
): Promise<{ verified: Verified; wrong: string[] }> {
  const { source, destination } = ground;
  const [from, to] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const there = new Set([...to.collections, ...to.views].map(namespaceOf));
  const wrong = [...from.collections, ...from.views]
    .map(namespaceOf)
    .filter((it) => !there.has(it))
    .map((it) => `${it} is missing`);
  const verified = { collections: 0, documents: 0 };
  await allSettled(
    from.collections
      .filter((it) => there.has(namespaceOf(it)))
      .map(async (it) => {
        let [a, b] = await Promise.all([fastCount(source, it), fastCount(destination, it)]);
        // The fast count errs after a crash of the server; then all are counted.
        if (a !== b) [a, b] = await Promise.all([exactCount(source, it), exactCount(destination, it)]);
        if (a !== b) wrong.push(`${namespaceOf(it)} has ${a} documents on the source and ${b} on the destination`);
        verified.collections++;
        verified.documents += b;
      }),
  );
  return { verified, wrong };
}

type Place = { db: string; name: string };

const fastCount = async (on: Deployment, at: Place): Promise<number> =>
  Number((await on.command(at.db, { count: at.name })).n);

export async function exactCount(on: Deployment, at: Place): Promise<number> {
  const { cursor } = await on.command(at.db, {
    aggregate: at.name,
    pipeline: [{ $count: 'n' }],
    cursor: {},
    hint: { $natural: 1 },
  });
  return Number(cursor.firstBatch[0]?.n ?? 0);
}
