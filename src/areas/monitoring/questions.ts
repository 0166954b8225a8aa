import type { Clock } from '../../base/clock.ts';
import type { Clients } from '../../mongod/index.ts';
import type { Cluster } from '../clusters/questions.ts';
import { alertMetrics, diskMetrics, measure, processMetrics } from './metrics.ts';
import { lookAt, type MonitoredClusters, type Process, processesOf, type SeenProcess } from './processes.ts';
import type { MeasurementStore } from './sample-store.ts';

export type { SeenProcess } from './processes.ts';

/** Samples come every minute; a figure is of the last one, or the rate since the one before. */
const WINDOW_MS = 150_000;

export interface MonitoringGround {
  clusters: MonitoredClusters;
  clients: Clients;
  measurements: MeasurementStore;
  clock: Clock;
}

/** A figure of a process by the name that alerts have for it, in its own units; undefined when there is none of late. */
export type Figures = (process: Process, alertMetric: string) => number | undefined;

const alertable = { ...processMetrics, ...alertMetrics, ...diskMetrics };
/** Alerts tell the disks of a process apart by the name of the metric. */
const measuredAs = (alertMetric: string): string =>
  alertMetric === 'DISK_PARTITION_SPACE_USED_DATA' ? 'DISK_PARTITION_SPACE_PERCENT_USED' : alertMetric;

/** What other rooms may ask of the monitoring. */
export const createMonitoringQuestions = ({ clusters, clients, measurements, clock }: MonitoringGround) => ({
  /** Asks every process of a cluster what it is at this moment. */
  look: (cluster: Cluster): Promise<SeenProcess[]> =>
    Promise.all(processesOf(clusters, cluster).map((it) => lookAt(clients, it, clock.now(), true))),
  /** The figures of the processes of these clusters, read once for all who ask. */
  async figures(clusterIds: readonly string[], wanted: readonly string[]): Promise<Figures> {
    const names = [...new Set(wanted.map(measuredAs))].filter((it) => Object.hasOwn(alertable, it));
    if (!names.length || !clusterIds.length) return () => undefined;
    const end = clock.now().getTime();
    const start = end - WINDOW_MS;
    const taken = await measurements.latestOf(clusterIds, names, new Date(start - WINDOW_MS));
    return ({ cluster, id }, alertMetric) => {
      const name = measuredAs(alertMetric);
      if (!names.includes(name)) return undefined;
      const samples = taken.filter(({ of }) => of.clusterId === cluster._id && of.process === id);
      return (
        measure(name, alertable[name]!, samples, { start, end, stepMs: WINDOW_MS }).dataPoints[0]?.value ?? undefined
      );
    };
  },
});

export type MonitoringQuestions = ReturnType<typeof createMonitoringQuestions>;
