import type { Document } from 'mongodb';

export type Units = 'BYTES' | 'BYTES_PER_SECOND' | 'PERCENT' | 'SCALAR' | 'SCALAR_PER_SECOND';

/** How a metric of Atlas follows from what mongod says. A counter only grows; what is shown of it is its rate. */
interface Metric {
  units: Units;
  counter?: true;
  /** Turns the rate of a counter into what the units say. */
  factor?: number;
  from(status: Document): unknown;
}

const gauge = (units: Units, from: Metric['from']): Metric => ({ units, from });
const counter = (units: Units, from: Metric['from'], factor?: number): Metric => ({
  units,
  from,
  counter: true,
  factor,
});
const perSecond = (from: Metric['from']): Metric => counter('SCALAR_PER_SECOND', from);
const MB = 1_048_576;
const cache = (name: string) => (it: Document) => it.wiredTiger?.cache?.[name];

/** What `serverStatus` tells of a process. Names and units are Atlas's. */
export const processMetrics: Readonly<Record<string, Metric>> = {
  ASSERT_REGULAR: perSecond((it) => it.asserts?.regular),
  ASSERT_WARNING: perSecond((it) => it.asserts?.warning),
  ASSERT_MSG: perSecond((it) => it.asserts?.msg),
  ASSERT_USER: perSecond((it) => it.asserts?.user),
  CACHE_BYTES_READ_INTO: counter('BYTES_PER_SECOND', cache('bytes read into cache')),
  CACHE_BYTES_WRITTEN_FROM: counter('BYTES_PER_SECOND', cache('bytes written from cache')),
  CACHE_DIRTY_BYTES: gauge('BYTES', cache('tracked dirty bytes in the cache')),
  CACHE_USED_BYTES: gauge('BYTES', cache('bytes currently in the cache')),
  CONNECTIONS: gauge('SCALAR', (it) => it.connections?.current),
  CURSORS_TOTAL_OPEN: gauge('SCALAR', (it) => it.metrics?.cursor?.open?.total),
  CURSORS_TOTAL_TIMED_OUT: perSecond((it) => it.metrics?.cursor?.timedOut),
  DOCUMENT_METRICS_RETURNED: perSecond((it) => it.metrics?.document?.returned),
  DOCUMENT_METRICS_INSERTED: perSecond((it) => it.metrics?.document?.inserted),
  DOCUMENT_METRICS_UPDATED: perSecond((it) => it.metrics?.document?.updated),
  DOCUMENT_METRICS_DELETED: perSecond((it) => it.metrics?.document?.deleted),
  EXTRA_INFO_PAGE_FAULTS: perSecond((it) => it.extra_info?.page_faults),
  GLOBAL_LOCK_CURRENT_QUEUE_TOTAL: gauge('SCALAR', (it) => it.globalLock?.currentQueue?.total),
  GLOBAL_LOCK_CURRENT_QUEUE_READERS: gauge('SCALAR', (it) => it.globalLock?.currentQueue?.readers),
  GLOBAL_LOCK_CURRENT_QUEUE_WRITERS: gauge('SCALAR', (it) => it.globalLock?.currentQueue?.writers),
  MEMORY_RESIDENT: gauge('BYTES', (it) => Number(it.mem?.resident) * MB),
  MEMORY_VIRTUAL: gauge('BYTES', (it) => Number(it.mem?.virtual) * MB),
  NETWORK_BYTES_IN: counter('BYTES_PER_SECOND', (it) => it.network?.bytesIn),
  NETWORK_BYTES_OUT: counter('BYTES_PER_SECOND', (it) => it.network?.bytesOut),
  NETWORK_NUM_REQUESTS: perSecond((it) => it.network?.numRequests),
  OPCOUNTER_CMD: perSecond((it) => it.opcounters?.command),
  OPCOUNTER_DELETE: perSecond((it) => it.opcounters?.delete),
  OPCOUNTER_GETMORE: perSecond((it) => it.opcounters?.getmore),
  OPCOUNTER_INSERT: perSecond((it) => it.opcounters?.insert),
  OPCOUNTER_QUERY: perSecond((it) => it.opcounters?.query),
  OPCOUNTER_UPDATE: perSecond((it) => it.opcounters?.update),
  OPCOUNTER_REPL_CMD: perSecond((it) => it.opcountersRepl?.command),
  OPCOUNTER_REPL_DELETE: perSecond((it) => it.opcountersRepl?.delete),
  OPCOUNTER_REPL_INSERT: perSecond((it) => it.opcountersRepl?.insert),
  OPCOUNTER_REPL_UPDATE: perSecond((it) => it.opcountersRepl?.update),
  // Of one processor, as mongod counts its own time in microseconds.
  PROCESS_CPU_KERNEL: counter('PERCENT', (it) => it.extra_info?.system_time_us, 1e-4),
  PROCESS_CPU_USER: counter('PERCENT', (it) => it.extra_info?.user_time_us, 1e-4),
  QUERY_EXECUTOR_SCANNED: perSecond((it) => it.metrics?.queryExecutor?.scanned),
  QUERY_EXECUTOR_SCANNED_OBJECTS: perSecond((it) => it.metrics?.queryExecutor?.scannedObjects),
  TICKETS_AVAILABLE_READS: gauge('SCALAR', (it) => it.wiredTiger?.concurrentTransactions?.read?.available),
  TICKETS_AVAILABLE_WRITE: gauge('SCALAR', (it) => it.wiredTiger?.concurrentTransactions?.write?.available),
};

/** Of a process too, but only alerts have a name for it. */
export const alertMetrics: Readonly<Record<string, Metric>> = {
  CONNECTIONS_PERCENT: gauge('PERCENT', ({ connections: it }) => (100 * it?.current) / (it?.current + it?.available)),
};

/** What `dbStats` tells of a database. */
export const databaseMetrics: Readonly<Record<string, Metric>> = {
  DATABASE_AVERAGE_OBJECT_SIZE: gauge('BYTES', (it) => it.avgObjSize),
  DATABASE_COLLECTION_COUNT: gauge('SCALAR', (it) => it.collections),
  DATABASE_DATA_SIZE: gauge('BYTES', (it) => it.dataSize),
  DATABASE_STORAGE_SIZE: gauge('BYTES', (it) => it.storageSize),
  DATABASE_INDEX_SIZE: gauge('BYTES', (it) => it.indexSize),
  DATABASE_INDEX_COUNT: gauge('SCALAR', (it) => it.indexes),
  DATABASE_OBJECT_COUNT: gauge('SCALAR', (it) => it.objects),
  DATABASE_VIEW_COUNT: gauge('SCALAR', (it) => it.views),
};

/** What the file system under the data tells; see `statfs`. */
export const diskMetrics: Readonly<Record<string, Metric>> = {
  DISK_PARTITION_SPACE_FREE: gauge('BYTES', (it) => it.free),
  DISK_PARTITION_SPACE_USED: gauge('BYTES', (it) => it.total - it.free),
  DISK_PARTITION_SPACE_PERCENT_FREE: gauge('PERCENT', (it) => (100 * it.free) / it.total),
  DISK_PARTITION_SPACE_PERCENT_USED: gauge('PERCENT', (it) => (100 * (it.total - it.free)) / it.total),
};

/** The raw numbers of all metrics that this status holds. */
export function readMetrics(metrics: Readonly<Record<string, Metric>>, status: Document): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, { from }] of Object.entries(metrics)) {
    const value = Number(from(status));
    if (Number.isFinite(value)) values[name] = value;
  }
  return values;
}

export interface Sample {
  at: Date;
  values: Record<string, number>;
}

export interface Measurement {
  name: string;
  units: Units;
  dataPoints: { timestamp: Date; value: number | null }[];
}

/**
 * One point per step: the last gauge seen in it, or the mean rate of a counter over it. A step without a sample has no
 * value; a counter that went back belongs to a process that has started anew, and says nothing of that step.
 */
export function measure(
  name: string,
  metric: Metric,
  samples: readonly Sample[],
  { start, end, stepMs }: { start: number; end: number; stepMs: number },
): Measurement {
  const seen = samples.filter((it) => it.values[name] !== undefined);
  const dataPoints: Measurement['dataPoints'] = [];
  let n = 0;
  let before: Sample | undefined;
  for (; n < seen.length && seen[n]!.at.getTime() <= start; n++) before = seen[n];
  for (let at = start + stepMs; at <= end; at += stepMs) {
    let last: Sample | undefined;
    for (; n < seen.length && seen[n]!.at.getTime() <= at; n++) last = seen[n];
    dataPoints.push({ timestamp: new Date(at), value: pointOf(name, metric, before, last) });
    before = last ?? before;
  }
  return { name, units: metric.units, dataPoints };
}

function pointOf(name: string, metric: Metric, before: Sample | undefined, last: Sample | undefined): number | null {
  if (!last) return null;
  const value = last.values[name]!;
  if (!metric.counter) return value;
  if (!before || value < before.values[name]!) return null;
  const seconds = (last.at.getTime() - before.at.getTime()) / 1_000;
  return ((value - before.values[name]!) / seconds) * (metric.factor ?? 1);
}

/** Milliseconds. */
const GRANULARITIES = new Map([
  ['PT1M', 60_000],
  ['PT5M', 300_000],
  ['PT1H', 3_600_000],
  ['P1D', 86_400_000],
]);

export const stepOf = (granularity: string): number | undefined => GRANULARITIES.get(granularity);

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds, in milliseconds. */
export function durationOf(period: string): number | undefined {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(period);
  if (!parts) return undefined;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((it) => Number(it ?? 0)) as number[];
  const ms = ((((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1_000;
  return ms > 0 ? ms : undefined;
}
