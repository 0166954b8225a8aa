import { allSettled } from './apply.ts';
import { Code, hasCode } from './errors.ts';
import type { Ground } from './ground.ts';
import { matchIndexes } from './indexes.ts';
import { matchOptions, matchViews } from './options.ts';
import { namespaceOf, readCatalogue } from './segment.ts';

/**
 * Gives the destination what it must not have while changes come in: unique and expiring indexes, views. Says what its
 * documents do not allow, which those of the source do; that is so when somebody else has written there.
 */
export async function complete(ground: Ground): Promise<string[]> {
  const { source, destination } = ground;
  const [from, to] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const there = new Map(to.collections.map((it) => [namespaceOf(it), it]));
  const refused: string[] = [];
  await allSettled(
    from.collections.map(async (wanted) => {
      const present = there.get(namespaceOf(wanted));
      // A missing one is found by the verification that follows.
      if (!present) return;
      try {
        await ground.writerPool.use((wire) => matchIndexes(source, destination, wanted, wanted, true, wire));
      } catch (error) {
        if (!hasCode(error, Code.duplicateKey, Code.cannotBecomeUnique)) throw error;
        refused.push(`${namespaceOf(wanted)}: ${error.message}`);
      }
      await matchOptions(destination, wanted, present, true);
    }),
  );
  await matchViews(destination, from, to);
  return refused;
}
