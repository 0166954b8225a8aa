import type { State } from '../../base/state.ts';
import type { Sample } from './metrics.ts';

/** What a sample is of: a process, or a database or the disk that it sees. */
export interface SampleOf {
  clusterId: string;
  process: string;
  database?: string;
  disk?: string;
}

export interface StoredSample extends Sample {
  of: SampleOf;
}

/** How long samples are kept. */
const RETENTION_S = 8 * 86_400;
const NAMESPACE_EXISTS = 48;

/** The only code that touches the time series `measurements`. */
export function createMeasurementStore(state: State) {
  const samples = state.db.collection<StoredSample>('measurements');
  return {
    async prepare(): Promise<void> {
      try {
        await state.db.createCollection('measurements', {
          timeseries: { timeField: 'at', metaField: 'of', granularity: 'minutes' },
          expireAfterSeconds: RETENTION_S,
        });
      } catch (error) {
        if ((error as { code?: number }).code !== NAMESPACE_EXISTS) throw error;
      }
    },
    insert: async (all: StoredSample[]): Promise<void> => void (all.length && (await samples.insertMany(all))),
    /** Oldest first. */
    between: ({ clusterId, process, database, disk }: SampleOf, start: Date, end: Date): Promise<Sample[]> =>
      samples
        .find({
          // Field by field: a time series keeps the fields of its subject in an order of its own.
          ...{ 'of.clusterId': clusterId, 'of.process': process },
          'of.database': database ?? { $exists: false },
          'of.disk': disk ?? { $exists: false },
          at: { $gte: start, $lte: end },
        })
        .sort({ at: 1 })
        .toArray(),
    /** Of the processes of these clusters and of their disks, and of these metrics alone; oldest first. */
    latestOf: (clusterIds: readonly string[], metrics: readonly string[], since: Date): Promise<StoredSample[]> =>
      samples
        .find(
          {
            ...{ 'of.clusterId': { $in: [...clusterIds] }, 'of.database': { $exists: false }, at: { $gte: since } },
            $or: metrics.map((it) => ({ [`values.${it}`]: { $exists: true } })),
          },
          { projection: { _id: 0, at: 1, of: 1, ...Object.fromEntries(metrics.map((it) => [`values.${it}`, 1])) } },
        )
        .sort({ at: 1 })
        .toArray(),
  };
}

export type MeasurementStore = ReturnType<typeof createMeasurementStore>;
