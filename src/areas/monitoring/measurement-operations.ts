import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { fail as failure } from '../../kernel/failure.ts';
import { type Call, type Links, operation, type Page } from '../../kernel/operation.ts';
import { links as linksReply, orNull, sometimes } from '../../kernel/wire.ts';
import {
  databaseMetrics,
  diskMetrics,
  durationOf,
  type Measurement,
  measure,
  processMetrics,
  stepOf,
} from './metrics.ts';
import { findProcess, type ProcessRoom, processPath } from './process-operations.ts';
import type { Process } from './processes.ts';
import type { MeasurementStore, SampleOf } from './sample-store.ts';
import { databasesOf, PARTITION } from './sampler.ts';

export interface MeasurementRoom extends ProcessRoom {
  measurements: MeasurementStore;
}

interface Measured {
  process: Process;
  /** The path of what was measured, below the process. */
  below: string;
  of: SampleOf;
  granularity: string;
  start: Date;
  end: Date;
  measurements: Measurement[];
}

const query = {
  granularity: Type.Optional(Type.String()),
  period: Type.Optional(Type.String()),
  start: Type.Optional(Type.String({ format: 'date-time' })),
  end: Type.Optional(Type.String({ format: 'date-time' })),
  m: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z0-9_]+$' }))),
};
const MOST_POINTS = 20_000;
const fails = ['HOSTNAME_AND_PORT_NOT_FOUND', 'INVALID_GRANULARITY', 'INVALID_PERIOD'] as const;
type Fails = (typeof fails)[number];

/** From when until when, and in which steps; throws what is wrong with the question. */
function spanOf(asked: Call<unknown>['query'], now: Date) {
  const granularity = (asked.granularity as string | undefined) ?? '';
  const stepMs = stepOf(granularity);
  if (!stepMs) throw failure('INVALID_GRANULARITY', granularity);
  const end = asked.end ? Date.parse(asked.end as string) : now.getTime();
  const lasts = asked.period ? durationOf(asked.period as string) : undefined;
  if (asked.period && !lasts) throw failure('INVALID_PERIOD');
  const from = asked.start ? Date.parse(asked.start as string) : lasts && end - lasts;
  if (from === undefined || from >= end || (end - from) / stepMs > MOST_POINTS) throw failure('INVALID_PERIOD');
  // Steps begin at full minutes, hours and days, whenever somebody asks.
  return { granularity, stepMs, start: Math.floor(from / stepMs) * stepMs, end };
}

async function measured(
  { measurements, clock }: MeasurementRoom,
  asked: Call<unknown>['query'],
  process: Process,
  metrics: typeof processMetrics,
  more: { database?: string; disk?: string } = {},
  below = '',
): Promise<Measured> {
  const span = spanOf(asked, clock.now());
  const of: SampleOf = { clusterId: process.cluster._id, process: process.id, ...more };
  // One step more, so that the first rate has a beginning.
  const samples = await measurements.between(of, new Date(span.start - span.stepMs), new Date(span.end));
  const names = (asked.m as string[] | undefined) ?? Object.keys(metrics);
  return {
    ...{ process, below, of, granularity: span.granularity },
    start: new Date(span.start),
    end: new Date(span.end),
    // What Atlas measures and this server does not has a name and no points.
    measurements: names.map((name) =>
      metrics[name] ? measure(name, metrics[name], samples, span) : { name, units: 'SCALAR', dataPoints: [] },
    ),
  };
}

const writeMeasured = (it: Measured, links: Links) => ({
  databaseName: it.of.database,
  partitionName: it.of.disk,
  start: wireInstant(it.start),
  end: wireInstant(it.end),
  granularity: it.granularity,
  groupId: it.process.cluster.groupId,
  hostId: it.process.id,
  processId: it.process.id,
  links: [
    links.self(`${processPath(it.process)}${it.below}/measurements`),
    links.rel(processPath(it.process), 'process'),
  ],
  measurements: it.measurements.map(({ name, units, dataPoints }) => ({
    name,
    units,
    dataPoints: dataPoints.map(({ timestamp, value }) => ({ timestamp: wireInstant(timestamp), value })),
  })),
});

const MeasurementReply = Type.Object({
  name: Type.String(),
  units: Type.String(),
  dataPoints: Type.Array(Type.Object({ timestamp: Type.String(), value: orNull(Type.Number()) })),
});
const MeasuredReply = Type.Object({
  start: Type.String(),
  end: Type.String(),
  granularity: Type.String(),
  groupId: Type.String(),
  hostId: Type.String(),
  processId: Type.String(),
  ...sometimes(Type.String(), 'databaseName', 'partitionName'),
  links: linksReply,
  measurements: Type.Array(MeasurementReply),
});
const shown = { reply: MeasuredReply, status: 200, write: writeMeasured };
const about = { inside: 'group', bucket: 'user', roles: ['GROUP_READ_ONLY'] } as const;

export const getProcessMeasurements = operation<MeasurementRoom, unknown, Measured, Fails>({
  ...about,
  id: 'getGroupProcessMeasurements',
  route: 'GET /groups/{groupId}/processes/{processId}/measurements',
  fails,
  query,
  versions: { '2023-01-01': shown },
  run: async ({ group, path, query: asked }, room) =>
    measured(room, asked, await findProcess(room, group.id, path.processId!), processMetrics),
});

interface Part {
  process: Process;
  name: string;
}

const writeDatabase = ({ process, name }: Part, links: Links) => ({
  databaseName: name,
  links: [links.self(`${processPath(process)}/databases/${encodeURIComponent(name)}`)],
});
const writeDisk = ({ process, name }: Part, links: Links) => ({
  partitionName: name,
  links: [links.self(`${processPath(process)}/disks/${name}`)],
});
const database = {
  reply: Type.Object({ databaseName: Type.String(), links: linksReply }),
  status: 200,
  write: writeDatabase,
};
const disk = { reply: Type.Object({ partitionName: Type.String(), links: linksReply }), status: 200, write: writeDisk };

export const listProcessDatabases = operation<MeasurementRoom, unknown, Page<Part>, 'HOSTNAME_AND_PORT_NOT_FOUND'>({
  ...about,
  id: 'listGroupProcessDatabases',
  route: 'GET /groups/{groupId}/processes/{processId}/databases',
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': database },
  async run({ group, path, paging: { skip, itemsPerPage } }, room) {
    const process = await findProcess(room, group.id, path.processId!);
    const names = await namesOn(room, process);
    return { items: names.slice(skip, skip + itemsPerPage).map((name) => ({ process, name })), total: names.length };
  },
});

/** The databases of a process; none of one that does not answer. */
async function namesOn({ clients }: MeasurementRoom, process: Process): Promise<string[]> {
  if (process.cluster.spec.paused) return [];
  try {
    return await databasesOf(clients, process);
  } catch (error) {
    if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return [];
    throw error;
  }
}

type PartFails = 'HOSTNAME_AND_PORT_NOT_FOUND' | 'RESOURCE_NOT_FOUND';

async function databaseOn(
  room: MeasurementRoom,
  groupId: string,
  path: Readonly<Record<string, string>>,
): Promise<Part> {
  const process = await findProcess(room, groupId, path.processId!);
  const name = (await namesOn(room, process)).find((it) => it === path.databaseName);
  if (name === undefined) throw failure('RESOURCE_NOT_FOUND', `database ${path.databaseName}`);
  return { process, name };
}

export const getProcessDatabase = operation<MeasurementRoom, unknown, Part, PartFails>({
  ...about,
  id: 'getGroupProcessDatabase',
  route: 'GET /groups/{groupId}/processes/{processId}/databases/{databaseName}',
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': database },
  run: ({ group, path }, room) => databaseOn(room, group.id, path),
});

export const getDatabaseMeasurements = operation<MeasurementRoom, unknown, Measured, Fails | 'RESOURCE_NOT_FOUND'>({
  ...about,
  id: 'getGroupProcessDatabaseMeasurements',
  route: 'GET /groups/{groupId}/processes/{processId}/databases/{databaseName}/measurements',
  fails: [...fails, 'RESOURCE_NOT_FOUND'],
  query,
  versions: { '2023-01-01': shown },
  async run({ group, path, query: asked }, room) {
    const { process, name } = await databaseOn(room, group.id, path);
    const below = `/databases/${encodeURIComponent(name)}`;
    return measured(room, asked, process, databaseMetrics, { database: name }, below);
  },
});

export const listProcessDisks = operation<MeasurementRoom, unknown, Page<Part>, 'HOSTNAME_AND_PORT_NOT_FOUND'>({
  ...about,
  id: 'listGroupProcessDisks',
  route: 'GET /groups/{groupId}/processes/{processId}/disks',
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': disk },
  async run({ group, path, paging }, room) {
    const process = await findProcess(room, group.id, path.processId!);
    return { items: paging.skip ? [] : [{ process, name: PARTITION }], total: 1 };
  },
});

async function diskOf(room: MeasurementRoom, groupId: string, path: Readonly<Record<string, string>>): Promise<Part> {
  const process = await findProcess(room, groupId, path.processId!);
  if (path.partitionName !== PARTITION) throw failure('RESOURCE_NOT_FOUND', `partition ${path.partitionName}`);
  return { process, name: PARTITION };
}

export const getProcessDisk = operation<MeasurementRoom, unknown, Part, PartFails>({
  ...about,
  id: 'getGroupProcessDisk',
  route: 'GET /groups/{groupId}/processes/{processId}/disks/{partitionName}',
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': disk },
  run: ({ group, path }, room) => diskOf(room, group.id, path),
});

export const getDiskMeasurements = operation<MeasurementRoom, unknown, Measured, Fails | 'RESOURCE_NOT_FOUND'>({
  ...about,
  id: 'getGroupProcessDiskMeasurements',
  route: 'GET /groups/{groupId}/processes/{processId}/disks/{partitionName}/measurements',
  fails: [...fails, 'RESOURCE_NOT_FOUND'],
  query,
  versions: { '2023-01-01': shown },
  async run({ group, path, query: asked }, room) {
    const { process } = await diskOf(room, group.id, path);
    return measured(room, asked, process, diskMetrics, { disk: PARTITION }, `/disks/${PARTITION}`);
  },
});

export const measurementOperations = [
  getProcessMeasurements,
  listProcessDatabases,
  getProcessDatabase,
  getDatabaseMeasurements,
  listProcessDisks,
  getProcessDisk,
  getDiskMeasurements,
];
