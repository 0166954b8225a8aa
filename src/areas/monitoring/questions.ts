import type { Clock } from '../../base/clock.ts';
import type { Clients } from '../../mongod/index.ts';
import type { Cluster } from '../clusters/questions.ts';
import { alertMetrics, diskMetrics, measure, processMetrics } from './metrics.ts';
import { lookAt, type MonitoredClusters, type Process, processesOf, type SeenProcess } from './processes.ts';
import type { MeasurementStore } from './sample-store.ts';
import { PARTITION } from './sampler.ts';

export type { SeenProcess } from './processes.ts';

/** Samples come every minute; a figure is of the last one, or the rate since the one before. */
const WINDOW_MS = 150_000;

export interface MonitoringGround {
  clusters: MonitoredClusters;
  clients: Clients;
  measurements: MeasurementStore;
  clock: Clock;
}

/** What other rooms may ask of the monitoring. */
export const createMonitoringQuestions = ({ clusters, clients, measurements, clock }: MonitoringGround) => ({
  /** Asks every process of a cluster what it is at this moment. */
  look: (cluster: Cluster): Promise<SeenProcess[]> =>
    Promise.all(processesOf(clusters, cluster).map((it) => lookAt(clients, it, clock.now(), true))),
  /** A figure by the name that alerts have for it, in its own units; undefined when there is none of late. */
  async latest(process: Process, alertMetric: string): Promise<number | undefined> {
    const disk = alertMetric === 'DISK_PARTITION_SPACE_USED_DATA' ? PARTITION : undefined;
    const name = disk ? 'DISK_PARTITION_SPACE_PERCENT_USED' : alertMetric;
    const metrics = disk ? diskMetrics : { ...processMetrics, ...alertMetrics };
    if (!Object.hasOwn(metrics, name)) return undefined;
    const end = clock.now().getTime();
    const start = end - WINDOW_MS;
    const of = { clusterId: process.cluster._id, process: process.id, ...(disk ? { disk } : {}) };
    const samples = await measurements.between(of, new Date(start - WINDOW_MS), new Date(end));
    return measure(name, metrics[name]!, samples, { start, end, stepMs: WINDOW_MS }).dataPoints[0]?.value ?? undefined;
  },
});

export type MonitoringQuestions = ReturnType<typeof createMonitoringQuestions>;
