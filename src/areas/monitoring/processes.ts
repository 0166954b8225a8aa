import type { Clients } from '../../mongod/index.ts';
import type { Cluster, ClusterProcess, ClusterQuestions } from '../clusters/questions.ts';

export type MonitoredClusters = Pick<ClusterQuestions, 'listIn' | 'all' | 'findById' | 'find' | 'processesOf'>;

/** One mongod of a cluster, as the monitoring names it. */
export interface Process extends ClusterProcess {
  /** `host:port`. */
  id: string;
  cluster: Cluster;
}

export const processesOf = (clusters: MonitoredClusters, cluster: Cluster): Process[] =>
  clusters.processesOf(cluster).map((it) => ({ ...it, id: `${it.host}:${it.port}`, cluster }));

export const processesIn = async (clusters: MonitoredClusters, groupId: string): Promise<Process[]> =>
  (await clusters.listIn(groupId)).flatMap((it) => processesOf(clusters, it));

/**
 * The processes that a host's name stands for: `host:port` and a member's alias are one, a bare host is every process
 * of the project on it. In Atlas a host has one; here the members of several clusters share this machine.
 */
export const onHost = (processes: readonly Process[], name: string): Process[] =>
  processes.filter((it) => it.id === name || it.host === name || it.name === name.toLowerCase());

/** What a replica set member can be, as Atlas names it. */
const typeNames: Readonly<Record<number, string>> = { 1: 'REPLICA_PRIMARY', 2: 'REPLICA_SECONDARY' };

export interface SeenProcess extends Process {
  typeName: string;
  lastPing?: Date;
  inList: boolean;
}

/** One that is hung accepts a question and never answers it. */
const LOOK_MS = 5_000;

/** Asks a process what it is at this moment. One that does not answer has no data. */
export async function lookAt(clients: Clients, it: Process, now: Date, inList: boolean): Promise<SeenProcess> {
  if (it.cluster.spec.paused || it.cluster.deleting) return { ...it, typeName: 'NO_DATA', inList };
  try {
    const hello = await clients.with(it.adminUri, (client) =>
      client.db('admin').command({ replSetGetStatus: 1 }, { timeoutMS: LOOK_MS }),
    );
    return { ...it, typeName: typeNames[hello.myState as number] ?? 'RECOVERING', lastPing: now, inList };
  } catch {
    // Down, starting or on its way out: that is what NO_DATA says.
    return { ...it, typeName: 'NO_DATA', inList };
  }
}
