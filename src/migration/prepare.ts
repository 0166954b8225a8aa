import { allSettled } from './apply.ts';
import type { CopyState, MigrationState } from './checkpoint.ts';
import { MigrationFailed } from './errors.ts';
import type { Ground } from './ground.ts';
import { createCollection, dropCollection } from './options.ts';
import { isBuckets } from './scope.ts';
import {
  type Catalogue,
  namespaceOf,
  readCatalogue,
  readCatalogueAt,
  sizeOf,
  splitNamespace,
  userDatabases,
} from './segment.ts';

/** Everything by the name that users know it by, each once. */
const namesOf = ({ collections, views, timeSeries }: Catalogue): string[] => [
  ...[...collections.filter((it) => !isBuckets(it.name)), ...views].map(namespaceOf),
  ...timeSeries,
];

/** Namespaces of the destination that stand where the source's will come, collections and views alike. */
export function colliding(source: Catalogue, destination: Catalogue): string[] {
  const coming = new Set(namesOf(source));
  return namesOf(destination)
    .filter((it) => coming.has(it))
    .sort();
}

/**
 * What of the destination goes before the copy: nothing, so that what is in the way is refused; what is in the way; or
 * all collections, as Atlas does it.
 */
export type Drop = boolean | 'all';

export const alreadyHolds = (namespaces: readonly string[]): string =>
  `The destination already holds namespaces of the source: ${namespaces.join(', ')}. Drop them there, or start the migration with dropping enabled.`;

/** Reads what is to be moved, clears its place and writes the first checkpoint. */
export async function prepare(
  ground: Pick<Ground, 'source' | 'destination' | 'checkpoint' | 'log'>,
  drop: Drop,
): Promise<{ state: MigrationState; collections: CopyState[] }> {
  const { source, destination } = ground;
  const catalogue = await readCatalogueAt(source);
  const inTheWay = colliding(catalogue, await readCatalogue(destination));
  if (inTheWay.length && !drop) throw new MigrationFailed(alreadyHolds(inTheWay));
  await ground.checkpoint.confirm();
  if (drop === 'all') {
    for (const db of await userDatabases(destination))
      await destination.command(db, { dropDatabase: 1, writeConcern: { w: 'majority' } });
  } else for (const ns of inTheWay) await dropCollection(destination, splitNamespace(ns));
  const sizes = await Promise.all(catalogue.collections.map((it) => sizeOf(source, it)));
  const collections = catalogue.collections.map((it, n) => ({
    ...it,
    copied: false,
    token: undefined,
    origin: undefined,
    documents: 0,
    bytes: 0,
    expectedDocuments: sizes[n]!.documents,
    expectedBytes: sizes[n]!.bytes,
  }));
  const state: MigrationState = { stage: 'copying', at: catalogue.at, token: undefined, changes: 0, seconds: 0 };
  await ground.checkpoint.begin(state, collections);
  ground.log.info({ collections: collections.length, drop }, 'migration prepared');
  return { state, collections };
}

/** Makes the empty collections, several at a time. Those that an earlier run made are left as they are. */
export async function createCollections(ground: Ground): Promise<void> {
  const open = [...ground.collections.values()].filter((it) => !it.state.copied && !it.state.token);
  await allSettled(open.map((it) => ground.writerPool.use((wire) => createCollection(wire, it, it.state.options))));
}
