import type { Document } from 'mongodb';
import type { Deployment } from './deployment.ts';
import { Code } from './errors.ts';
import { type Collection, sizeOf, userDatabases } from './segment.ts';

/** What a copy surely makes between small machines; a slower one shows in a limit that the user sets. */
const ASSUMED_BYTES_PER_SECOND = 20e6;
/** Over how long the writes of the source are looked at, so that a burst is not taken for its habit. */
const PACE_SECONDS = 600;
const PACE_SAMPLE = 1_000;

export interface Need {
  /** Uncompressed, as it is copied. */
  bytes: number;
  /** Compressed and with indexes, as it is stored. */
  stored: number;
}

/** What these collections take. */
export async function needOf(source: Deployment, collections: readonly Collection[]): Promise<Need> {
  const sizes = await Promise.all(collections.map((it) => sizeOf(source, it)));
  return {
    bytes: sizes.reduce((sum, it) => sum + it.bytes, 0),
    stored: sizes.reduce((sum, it) => sum + it.stored, 0),
  };
}

/** Bytes left where the destination keeps its data; undefined when it does not tell. `dropping` counts what will go. */
export async function roomOn(destination: Deployment, dropping: boolean): Promise<number | undefined> {
  const { fsTotalSize, fsUsedSize } = await destination.command('admin', { dbStats: 1 });
  if (!fsTotalSize) return undefined;
  const free = Number(fsTotalSize) - Number(fsUsedSize);
  if (!dropping) return free;
  const users = new Set(await userDatabases(destination));
  const { databases } = await destination.command('admin', { listDatabases: 1 });
  const going = (databases as { name: string; sizeOnDisk?: number }[]).filter((it) => users.has(it.name));
  return free + going.reduce((sum, it) => sum + Number(it.sizeOnDisk ?? 0), 0);
}

/** How much the oplog takes, and how fast it was written of late; undefined when the user may not look at it. */
export interface OplogPace {
  maxBytes: number;
  bytesPerSecond: number;
}

export async function oplogPace(source: Deployment): Promise<OplogPace | undefined> {
  const ask = async (...pipeline: Document[]): Promise<Document[] | undefined> => {
    const command = { aggregate: 'oplog.rs', pipeline, cursor: { batchSize: PACE_SAMPLE } };
    return (await source.attempt('local', command, Code.unauthorized, Code.namespaceNotFound))?.cursor.firstBatch;
  };
  const stats = await ask({ $collStats: { storageStats: {} } });
  const sample = await ask({ $sample: { size: PACE_SAMPLE } }, { $project: { _id: 0, ts: 1 } });
  if (!stats || !sample?.length) return undefined;
  const { size, maxSize } = stats[0]!.storageStats;
  const now = (await source.operationTime()).getHighBits() >>> 0;
  const late = sample.filter((it) => now - (it.ts.getHighBits() >>> 0) <= PACE_SECONDS).length;
  return { maxBytes: Number(maxSize), bytesPerSecond: (Number(size) * late) / sample.length / PACE_SECONDS };
}

const sized = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
const timed = (seconds: number): string =>
  seconds >= 5_400 ? `${(seconds / 3_600).toFixed(1)} hours` : `${Math.max(1, Math.round(seconds / 60))} minutes`;

export function tooFull(need: Need, free: number | undefined): string | undefined {
  if (free === undefined || need.stored <= free) return undefined;
  return `Available disk space on the destination needs to be increased: the source takes ${sized(need.stored)}, and ${sized(free)} are free.`;
}

/** The changes since the copy began must still be in the oplog when it ends. */
export function tooShort(need: Need, pace: OplogPace | undefined, maxBytesPerSecond = Infinity): string | undefined {
  if (!pace?.bytesPerSecond) return undefined;
  const holds = pace.maxBytes / pace.bytesPerSecond;
  const takes = need.bytes / Math.min(maxBytesPerSecond, ASSUMED_BYTES_PER_SECOND);
  if (takes <= holds) return undefined;
  const megabytes = Math.ceil((takes * pace.bytesPerSecond) / 2 ** 20);
  return `The oplog of the source holds ${timed(holds)} of changes at the pace of its last ten minutes, and the copy takes about ${timed(takes)}. Enlarge it to ${megabytes} MB or more (replSetResizeOplog) or let the copy read faster, then try again.`;
}
