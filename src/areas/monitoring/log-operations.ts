import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { wireInstant } from '../../base/clock.ts';
import { type State, transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import type { Clients } from '../../mongod/index.ts';
import { type LoginAttempt, loginAttempts } from './access-history.ts';
import { linesBetween, linesOf } from './log-lines.ts';
import { type MonitoredClusters, onHost, type Process, processesIn, processesOf } from './processes.ts';

export interface LogRoom {
  state: State;
  clusters: MonitoredClusters;
  clients: Clients;
  clock: Clock;
}

const DAY_MS = 86_400_000;
/** Source: the published interface; no log is older. */
const EARLIEST_S = 1_199_145_600;

async function* told(clients: Clients, processes: readonly Process[], from: number, until: number) {
  for (const it of processes)
    for await (const line of linesBetween(linesOf(clients, it.log), from, until)) yield `${line}\n`;
}

const asGzip = (body: Readable) => ({ body, filename: 'mongodb.gz' });

export const downloadLog = operation<
  LogRoom,
  unknown,
  Readable,
  'HOSTNAME_AND_PORT_NOT_FOUND' | 'START_DATE_AFTER_END_DATE' | 'VALIDATION_ERROR' | 'RESOURCE_NOT_FOUND'
>({
  id: 'downloadGroupClusterLog',
  route: 'GET /groups/{groupId}/clusters/{hostName}/logs/{logName}.gz',
  inside: 'group',
  roles: [
    'GROUP_CLUSTER_LOG_VIEWER',
    'GROUP_DATA_ACCESS_ADMIN',
    'GROUP_DATA_ACCESS_READ_ONLY',
    'GROUP_DATA_ACCESS_READ_WRITE',
    'GROUP_STREAM_PROCESSING_OWNER',
  ],
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND', 'START_DATE_AFTER_END_DATE', 'VALIDATION_ERROR', 'RESOURCE_NOT_FOUND'],
  query: {
    startDate: Type.Optional(Type.Integer({ minimum: EARLIEST_S })),
    endDate: Type.Optional(Type.Integer({ minimum: EARLIEST_S })),
  },
  versions: {
    '2023-01-01': { status: 200, as: { gzip: asGzip }, deprecated: { by: '2023-02-01', sunset: '2027-07-01' } },
    '2023-02-01': { status: 200, as: { gzip: asGzip } },
  },
  async run({ group, path, query, note, fail }, { state, clusters, clients, clock }) {
    const { hostName = '', logName = '' } = path;
    if (/^mongo(db|s)-audit-log$/.test(logName))
      throw fail('VALIDATION_ERROR', `logName ${logName} is not available: the mongod of this server audits nothing`);
    if (logName === 'mongos')
      throw fail('VALIDATION_ERROR', 'logName mongos is not available: no cluster of this project has a mongos');
    if (logName !== 'mongodb') throw fail('RESOURCE_NOT_FOUND', `${logName}.gz`);
    const processes = onHost(await processesIn(clusters, group.id), hostName);
    if (!processes.length) throw fail('HOSTNAME_AND_PORT_NOT_FOUND', hostName, group.id);
    const until = query.endDate === undefined ? clock.now().getTime() : (query.endDate as number) * 1_000;
    const from = query.startDate === undefined ? until - DAY_MS : (query.startDate as number) * 1_000;
    if (from > until) throw fail('START_DATE_AFTER_END_DATE');
    const clusterName = processes[0]!.cluster.name;
    await transact(state, (tx) => note({ type: 'MONGODB_LOGS_DOWNLOADED', clusterName }, tx));
    const lines = Readable.from(told(clients, processes, from, until));
    const zipped = createGzip();
    lines.once('error', (error) => zipped.destroy(error));
    zipped.once('close', () => lines.destroy());
    return lines.pipe(zipped);
  },
});

interface SeenAttempt extends LoginAttempt {
  process: Process;
}

const AccessLogs = Type.Object({
  accessLogs: Type.Array(
    Type.Object({
      authResult: Type.Boolean(),
      groupId: Type.String(),
      hostname: Type.String(),
      ...sometimes(Type.String(), 'authSource', 'failureReason', 'ipAddress', 'logLine', 'timestamp', 'username'),
    }),
  ),
});

const writeAttempts = (attempts: readonly SeenAttempt[]) => ({
  accessLogs: attempts.map((it) => ({
    authResult: it.succeeded,
    authSource: it.authSource,
    failureReason: it.failureReason,
    groupId: it.process.cluster.groupId,
    hostname: it.process.host,
    ipAddress: it.ipAddress,
    logLine: it.logLine,
    timestamp: wireInstant(new Date(it.at)),
    username: it.username,
  })),
});

const MOST = 20_000;
const historyQuery = {
  authResult: Type.Optional(Type.Boolean()),
  start: Type.Optional(Type.Integer({ minimum: EARLIEST_S * 1_000 })),
  end: Type.Optional(Type.Integer({ minimum: EARLIEST_S * 1_000 })),
  ipAddress: Type.Optional(Type.String()),
  nLogs: Type.Integer({ minimum: 0, maximum: MOST, default: MOST }),
};

/** The attempts that the query asks for, newest first. */
async function history(
  { clients, clock }: LogRoom,
  processes: readonly Process[],
  query: Readonly<Record<string, unknown>>,
): Promise<{ attempts: SeenAttempt[] }> {
  const { authResult, ipAddress, nLogs = MOST, start = 0, end = clock.now().getTime() } = query;
  const attempts: SeenAttempt[] = [];
  for (const process of processes)
    for await (const it of loginAttempts(linesOf(clients, process.log))) {
      if (it.at < (start as number) || it.at > (end as number)) continue;
      if (authResult !== undefined && it.succeeded !== authResult) continue;
      if (ipAddress !== undefined && it.ipAddress !== ipAddress) continue;
      attempts.push({ ...it, process });
    }
  attempts.sort((a, b) => b.at - a.at);
  return { attempts: attempts.slice(0, nLogs as number) };
}

const shownHistory = {
  reply: AccessLogs,
  status: 200,
  write: ({ attempts }: { attempts: SeenAttempt[] }) => writeAttempts(attempts),
};
const READERS = ['GROUP_CLUSTER_LOG_VIEWER', 'GROUP_DATABASE_ACCESS_ADMIN'] as const;

export const getClusterHistory = operation<LogRoom, unknown, { attempts: SeenAttempt[] }, 'CLUSTER_NOT_FOUND'>({
  id: 'getGroupDbAccessHistoryCluster',
  route: 'GET /groups/{groupId}/dbAccessHistory/clusters/{clusterName}',
  inside: 'group',
  roles: READERS,
  fails: ['CLUSTER_NOT_FOUND'],
  query: historyQuery,
  versions: { '2023-01-01': shownHistory },
  async run({ group, path, query, fail }, room) {
    const cluster = await room.clusters.find(group.id, path.clusterName!);
    if (!cluster) throw fail('CLUSTER_NOT_FOUND', path.clusterName!, group.id);
    return history(room, processesOf(room.clusters, cluster), query);
  },
});

export const getProcessHistory = operation<
  LogRoom,
  unknown,
  { attempts: SeenAttempt[] },
  'HOSTNAME_AND_PORT_NOT_FOUND'
>({
  id: 'getGroupDbAccessHistoryProcess',
  route: 'GET /groups/{groupId}/dbAccessHistory/processes/{hostname}',
  inside: 'group',
  roles: READERS,
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND'],
  query: historyQuery,
  versions: { '2023-01-01': shownHistory },
  async run({ group, path, query, fail }, room) {
    const processes = onHost(await processesIn(room.clusters, group.id), path.hostname!);
    if (!processes.length) throw fail('HOSTNAME_AND_PORT_NOT_FOUND', path.hostname!, group.id);
    return history(room, processes, query);
  },
});

export const logOperations = [downloadLog, getClusterHistory, getProcessHistory];
