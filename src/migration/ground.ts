import type { Logger } from 'pino';
import { BufferPool } from './buffers.ts';
import type { Checkpoint, CopyState, MigrationState } from './checkpoint.ts';
import { Consideration } from './consideration.ts';
import { type CopyLimits, Slots, WirePool } from './copy.ts';
import { Deployment } from './deployment.ts';
import type { ChangeSource } from './feed.ts';
import { isCapped } from './options.ts';
import { Scope, type Selection } from './scope.ts';
import { SourceCollection } from './source-collection.ts';
import { Throttle } from './throttle.ts';
import type { Wire } from './wire.ts';
import type { Target } from './writes.ts';

/** One source collection, as the phases share it. */
export interface Moved extends Target {
  state: CopyState;
}

/** What every phase of one attempt stands on: both sides connected, the state of the migration, its collections. */
export interface Ground {
  source: Deployment;
  destination: Deployment;
  checkpoint: Checkpoint;
  /** By the UUID on the source. */
  collections: Map<string, Moved>;
  state: MigrationState;
  log: Logger;
  changes: ChangeSource;
  readers: Wire[];
  readerPool: WirePool;
  writerPool: WirePool;
  limits: CopyLimits;
  /** Absent where a rate was asked for: that one is kept to, whatever the source feels of it. */
  consideration: Consideration | undefined;
}

const READERS = 4;
/** More than the destination has cores would only contend; three keep two busy. */
const WRITERS = 3;
/** Batches that are read but not yet written. */
const SLOTS = 6;

/** Opens both sides, for the migration of this name. When one cannot be opened the other is closed again. */
export async function connectBoth(
  source: string,
  destination: string,
  selection: Selection = {},
  who: { work?: string; owner?: string } = {},
): Promise<[Deployment, Deployment]> {
  const pool = new BufferPool();
  const from = await Deployment.connect(source, { pool, ...who });
  try {
    const to = await Deployment.connect(destination, { pool, ...who });
    from.scope = new Scope(selection);
    to.scope = from.scope;
    return [from, to];
  } catch (error) {
    await from.close();
    throw error;
  }
}

export async function openLanes(
  { source, destination, checkpoint, log }: Pick<Ground, 'source' | 'destination' | 'checkpoint' | 'log'>,
  ended: AbortSignal,
  maxBytesPerSecond: number | undefined,
): Promise<Pick<Ground, 'readers' | 'readerPool' | 'writerPool' | 'limits' | 'consideration'>> {
  const [readers, fetchers, writers] = await Promise.all([
    source.openMany(READERS),
    source.openMany(2),
    destination.openMany(WRITERS),
  ]);
  const writerPool = new WirePool(writers, () => checkpoint.confirm());
  const throttle = new Throttle(maxBytesPerSecond ?? Number.POSITIVE_INFINITY, ended);
  return {
    readers,
    readerPool: new WirePool(fetchers),
    writerPool,
    limits: { slots: new Slots(SLOTS), writers: writerPool, throttle, stopped: () => ended.aborted },
    consideration: maxBytesPerSecond === undefined ? await Consideration.open({ source, log }, throttle) : undefined,
  };
}

export const movedOf = (state: CopyState): Moved => ({
  state,
  source: new SourceCollection(state.uuid, state.db, state.name),
  db: state.db,
  name: state.name,
  capped: isCapped(state.options),
});
