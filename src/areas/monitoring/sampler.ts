import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Document } from 'mongodb';
import type { Clock } from '../../base/clock.ts';
import type { Clients } from '../../mongod/index.ts';
import { isUp } from '../clusters/questions.ts';
import { alertMetrics, databaseMetrics, diskMetrics, processMetrics, readMetrics } from './metrics.ts';
import { type MonitoredClusters, type Process, processesOf } from './processes.ts';
import type { MeasurementStore, SampleOf } from './sample-store.ts';

export interface SamplerControl {
  measurements: MeasurementStore;
  clusters: MonitoredClusters;
  clients: Clients;
  clock: Clock;
}

/** The one partition that a process has its data on; Atlas names it so. */
export const PARTITION = 'data';

/** Names of the databases that a process has, without those that are mongod's own. */
export async function databasesOf(clients: Clients, it: Process): Promise<string[]> {
  const { databases } = await clients.with(it.adminUri, (client) =>
    client.db('admin').command({ listDatabases: 1, nameOnly: true }),
  );
  return (databases as { name: string }[]).map(({ name }) => name).sort();
}

async function sample({ clients, clock }: SamplerControl, it: Process) {
  const at = clock.now();
  const of: SampleOf = { clusterId: it.cluster._id, process: it.id };
  const found = await clients.with(it.adminUri, async (client) => {
    const status = await client.db('admin').command({ serverStatus: 1 });
    const databases = await databasesOf(clients, it);
    // One after the other: a process that is only looked at every minute is held by one connection, and not by four.
    const stats: Document[] = [];
    for (const name of databases) stats.push(await client.db(name).command({ dbStats: 1 }));
    return [
      { at, of, values: readMetrics({ ...processMetrics, ...alertMetrics }, status) },
      ...databases.map((database, n) => ({
        ...{ at, of: { ...of, database } },
        values: readMetrics(databaseMetrics, stats[n]!),
      })),
    ];
  });
  if (!('file' in it.log)) return found;
  const { bavail, blocks, bsize } = await statfs(dirname(it.log.file));
  const values = readMetrics(diskMetrics, { free: bavail * bsize, total: blocks * bsize });
  return [...found, { at, of: { ...of, disk: PARTITION }, values }];
}

/** Takes a sample of every process that is up, whenever it is listed; the key is the cluster. */
export function createSampler(control: SamplerControl) {
  const { measurements, clusters } = control;
  return {
    name: 'measurements',
    list: async (): Promise<string[]> => (await clusters.all()).filter(isUp).map((it) => it._id),
    async reconcile(clusterId: string): Promise<undefined> {
      const cluster = await clusters.findById(clusterId);
      if (!cluster || !isUp(cluster)) return undefined;
      // A member that is down has no sample, and must not cost the others theirs.
      const taken = await Promise.allSettled(processesOf(clusters, cluster).map((it) => sample(control, it)));
      await measurements.insert(taken.flatMap((it) => (it.status === 'fulfilled' ? it.value : [])));
    },
  };
}
