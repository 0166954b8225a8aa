import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import Type from 'typebox';
import { operation } from '../../kernel/operation.ts';
import { fileBytes, logLines } from './logs.ts';
import { type LookFail, lookFails, memberFor, type StaffRoom, throughDoor } from './looking.ts';
import { mayReadDiagnostics, mayReadLogs } from './model.ts';

const DOWNLOADED = 'EMPLOYEE_DOWNLOADED_CLUSTER_LOGS';
const MAX_LINES = 100_000;

export const readStaffLogs = operation<StaffRoom, unknown, Readable, LookFail>({
  id: 'readStaffLogs',
  surface: 'telamon',
  route: 'GET /staff/clusters/{clusterId}/logs/{member}',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  query: {
    lines: Type.Integer({ minimum: 1, maximum: MAX_LINES, default: 1_000 }),
    follow: Type.Boolean({ default: false }),
  },
  versions: { '2023-01-01': { status: 200, as: { text: (body) => ({ body }) } } },
  async run(call, room) {
    const { cluster, log } = await memberFor(call, room, mayReadLogs, DOWNLOADED);
    const lines = (call.query.lines as number | undefined) ?? 1_000;
    const follow = call.query.follow === true;
    return throughDoor(room, call.caller, cluster, mayReadLogs, (signal) => logLines(log, { lines, follow, signal }));
  },
});

/** Where mongod keeps its full-time diagnostic data, beside its log. */
const diagnosticsOf = (log: string): string => join(dirname(log), 'data', 'diagnostic.data');

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names of the files in there. A mongod makes the directory a while after its start. */
const namesIn = async (dir: string): Promise<string[]> => ((await unlessGone(readdir(dir))) ?? []).sort();

/** A mongod renames its newest file all the time: one that has gone since it was named is left out. */
async function fileIn(dir: string, name: string): Promise<{ name: string; bytes: number }[]> {
  const found = await unlessGone(stat(join(dir, name)));
  return found ? [{ name, bytes: found.size }] : [];
}

export const listStaffDiagnostics = operation<StaffRoom, unknown, { name: string; bytes: number }[], LookFail>({
  id: 'listStaffDiagnostics',
  surface: 'telamon',
  route: 'GET /staff/clusters/{clusterId}/diagnostics/{member}',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  list: 'bare',
  versions: {
    '2023-01-01': { reply: Type.Object({ name: Type.String(), bytes: Type.Integer() }), status: 200 },
  },
  async run(call, room) {
    const { log } = await memberFor(call, room, mayReadDiagnostics, DOWNLOADED);
    const dir = diagnosticsOf(log);
    return (await Promise.all((await namesIn(dir)).map((it) => fileIn(dir, it)))).flat();
  },
});

export const readStaffDiagnostics = operation<StaffRoom, unknown, Readable, LookFail>({
  id: 'readStaffDiagnostics',
  surface: 'telamon',
  route: 'GET /staff/clusters/{clusterId}/diagnostics/{member}/{file}',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  versions: { '2023-01-01': { status: 200, as: { gzip: (body) => ({ body }) } } },
  async run(call, room) {
    const { cluster, log } = await memberFor(call, room, mayReadDiagnostics, DOWNLOADED);
    const dir = diagnosticsOf(log);
    // Only what is in the directory itself: a name is no path.
    const file = (await namesIn(dir)).find((it) => it === call.path.file);
    if (!file) throw call.fail('RESOURCE_NOT_FOUND', `file ${call.path.file}`);
    const bytes = throughDoor(room, call.caller, cluster, mayReadDiagnostics, () => fileBytes(join(dir, file)));
    const zipped = createGzip();
    bytes.once('error', (error) => zipped.destroy(error));
    zipped.once('close', () => bytes.destroy());
    return bytes.pipe(zipped);
  },
});

export const readingOperations = [readStaffLogs, listStaffDiagnostics, readStaffDiagnostics];
