import { Binary, BSON, type Timestamp } from 'mongodb';
import { allSettled } from './apply.ts';
import { find } from './bson.ts';
import { type CopyState, dropOwn, type MigrationState } from './checkpoint.ts';
import type { Deployment } from './deployment.ts';
import { MigrationFailed } from './errors.ts';
import type { Ground } from './ground.ts';
import { holdExpiry } from './indexes.ts';
import { dropCollection } from './options.ts';
import {
  type Collection,
  namespaceOf,
  OWN_DATABASE,
  ownCollection,
  readCatalogue,
  readCatalogueAt,
} from './segment.ts';
import { listRaw } from './wire.ts';

/** Where a migration ended: from here on the destination's changes lead back to the source. */
interface Point {
  _id: string;
  at: Timestamp;
  /** The source refuses writes since then. */
  blocked: boolean;
  collections: (Omit<Collection, 'options'> & { options: Binary })[];
}

const POINTS = 'points';
const writeConcern = { w: 'majority' };

/** Both sides are equal at this instant, and nobody knows the destination yet. */
export async function markPoint(destination: Deployment, id: string, blocked: boolean): Promise<void> {
  const { at, collections } = await readCatalogueAt(destination);
  const kept = collections.map((it) => ({ ...it, options: new Binary(it.options) }));
  const u: Point = { _id: id, at, blocked, collections: kept };
  const { writeErrors } = await destination.command(OWN_DATABASE, {
    update: ownCollection(POINTS, id),
    updates: [{ q: { _id: id }, u, upsert: true }],
    writeConcern,
  });
  if (writeErrors)
    throw new MigrationFailed(
      `The end of the migration could not be noted on the destination (${writeErrors[0].errmsg}), so nothing would lead back from it. Mend that, or start the same migration without --reversible.`,
    );
}

async function readPoint(deployment: Deployment, id: string): Promise<Point | undefined> {
  const [found] = await listRaw(deployment.control, OWN_DATABASE, { find: ownCollection(POINTS, id) });
  return found && (BSON.deserialize(found) as Point);
}

export const forgetPoint = (deployment: Deployment, id: string): Promise<void> =>
  dropOwn(deployment.control, POINTS, id);

/** The first checkpoint of the way back: everything is copied, and the changes since the point are to be followed. */
export async function turnBack(
  { source, destination, checkpoint }: Pick<Ground, 'source' | 'destination' | 'checkpoint'>,
  id: string,
): Promise<{ state: MigrationState; collections: CopyState[] }> {
  const point = await readPoint(source, id);
  if (!point)
    throw new MigrationFailed(
      'No migration has ended here from which a way back begins. Only one that ran with --reversible has it, with these very deployments and namespaces.',
    );
  const collections = point.collections.map(({ options, ...it }) => ({
    ...{ ...it, options: Buffer.from(options.buffer), copied: true, token: undefined, origin: undefined },
    ...{ documents: 0, bytes: 0, expectedDocuments: 0, expectedBytes: 0 },
  }));
  // What expires there must not be gone before its last change comes.
  await allSettled(
    collections.map((it) => holdExpiry(destination, it, find(it.options, 0, 'expireAfterSeconds') !== undefined)),
  );
  const state: MigrationState = {
    ...{ stage: 'indexing', at: point.at, token: undefined, changes: 0, seconds: 0 },
    unblock: point.blocked,
  };
  await checkpoint.begin(state, collections);
  return { state, collections };
}

/** Both sides had the same views once: one that is no longer where the way back begins was dropped there since. */
export async function dropGoneViews({ source, destination }: Pick<Ground, 'source' | 'destination'>): Promise<void> {
  const [from, to] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const still = new Set([...from.views, ...from.collections].map(namespaceOf));
  for (const view of to.views) if (!still.has(namespaceOf(view))) await dropCollection(destination, view);
}
