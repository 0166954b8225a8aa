import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { newPublicKey, newSecret } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { transact } from '../../base/state.ts';
import { digestHa1 } from '../../kernel/digest.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import type { Cluster } from '../clusters/questions.ts';
import { fileBytes, logLines } from './logs.ts';
import { type Grant, isCurrent, mayReadDiagnostics, mayReadLogs, type Staff } from './model.ts';
import type { AccessRoom } from './operations.ts';
import { closeSession, type OpenedSession, openSession, sessionEvent } from './sessions.ts';

export interface StaffRoom extends AccessRoom {
  vault: Vault;
  orgs: { restrictEmployeeAccess(orgId: string): Promise<boolean> };
}

const StaffReply = Type.Object({ username: Type.String(), name: Type.String(), created: Type.String() });
const writeStaff = (it: Staff, password?: string) => ({
  username: it._id,
  name: it.name,
  created: wireInstant(it.created),
  password,
});

export const createStaff = operation<StaffRoom, { name: string }, { staff: Staff; password: string }>({
  id: 'createStaff',
  surface: 'telamon',
  route: 'POST /operator/staff',
  inside: 'operator',
  roles: [],
  fails: [],
  versions: {
    '2023-01-01': {
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false }),
      reply: StaffReply,
      status: 201,
      write: ({ staff, password }) => writeStaff(staff, password),
    },
  },
  async run({ wanted }, { access, vault, clock }) {
    const [username, password] = [`staff-${newPublicKey()}`, newSecret()];
    const sealedHa1 = vault.seal(digestHa1(username, password), username);
    const staff: Staff = { _id: username, name: wanted.name, sealedHa1, created: clock.now() };
    await access.insertStaff(staff);
    return { staff, password };
  },
});

export const listStaff = operation<StaffRoom, unknown, Staff[]>({
  id: 'listStaff',
  surface: 'telamon',
  route: 'GET /operator/staff',
  inside: 'operator',
  roles: [],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: StaffReply, status: 200, write: (it) => writeStaff(it) } },
  run: (_call, { access }) => access.allStaff(),
});

export const deleteStaff = operation<StaffRoom, unknown, void, 'RESOURCE_NOT_FOUND'>({
  id: 'deleteStaff',
  surface: 'telamon',
  route: 'DELETE /operator/staff/{username}',
  inside: 'operator',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ path, fail }, room) {
    const username = path.username!;
    if (!(await transact(room.state, (tx) => room.access.removeStaff(username, tx))))
      throw fail('RESOURCE_NOT_FOUND', `staff ${username}`);
    for (const session of await room.access.endingOf(username))
      await closeSession(room, session).catch((err) =>
        room.log.warn({ err, session: session._id }, 'a staff session could not be closed yet'),
      );
  },
});

interface Visible {
  cluster: Cluster;
  grant?: Grant;
  members: string[];
}

type May = typeof mayReadLogs;

/** Whether staff may do this on the cluster at this moment; asked anew every time. */
async function allowed({ access, orgs, clock }: StaffRoom, cluster: Cluster, may: May): Promise<boolean> {
  const [grant, restricted] = await Promise.all([
    access.grant(cluster._id),
    orgs.restrictEmployeeAccess(cluster.orgId),
  ]);
  return may(grant, restricted, clock.now());
}

async function visible(room: StaffRoom, cluster: Cluster): Promise<Visible | undefined> {
  if (!(await allowed(room, cluster, mayReadLogs))) return undefined;
  const grant = await room.access.grant(cluster._id);
  const members = room.clusters.logFiles(cluster).map((it) => it.member);
  return { cluster, grant: isCurrent(grant, room.clock.now()) ? grant : undefined, members };
}

const lookFails = ['EMPLOYEE_ACCESS_NOT_GRANTED', 'RESOURCE_NOT_FOUND'] as const;
type LookFail = (typeof lookFails)[number];

/** The member that a path names, where access allows this; throws otherwise. The customer is told of it. */
async function memberToRead(
  { path, note, fail }: Pick<Call<unknown, LookFail>, 'path' | 'note' | 'fail'>,
  room: StaffRoom,
  may: May,
): Promise<{ cluster: Cluster; log: string }> {
  const cluster = await room.clusters.findById(path.clusterId!);
  // A cluster that access does not allow to see does not exist for staff, unless they know it by its id.
  if (!cluster) throw fail('RESOURCE_NOT_FOUND', `cluster ${path.clusterId}`);
  if (!(await allowed(room, cluster, may))) throw fail('EMPLOYEE_ACCESS_NOT_GRANTED', cluster.name);
  const file = room.clusters.logFiles(cluster).find((it) => it.member === path.member);
  if (!file) throw fail('RESOURCE_NOT_FOUND', `member ${path.member}`);
  await transact(room.state, (tx) => note(sessionEvent('EMPLOYEE_DOWNLOADED_CLUSTER_LOGS', cluster), tx));
  return { cluster, log: file.path };
}

/** What is read through a door that shuts when access ends: the reader is cut off, in the middle if need be. */
function throughDoor(
  room: StaffRoom,
  cluster: Cluster,
  may: May,
  read: (signal: AbortSignal) => AsyncIterable<Buffer>,
): Readable {
  const door = room.doors.open(cluster._id, () => allowed(room, cluster, may));
  const stream = Readable.from(read(door.signal));
  stream.once('close', door.close);
  return addAbortSignal(door.signal, stream);
}

export const listStaffClusters = operation<StaffRoom, unknown, Visible[]>({
  id: 'listStaffClusters',
  surface: 'telamon',
  route: 'GET /staff/clusters',
  inside: 'staff',
  roles: [],
  fails: [],
  list: 'bare',
  versions: {
    '2023-01-01': {
      reply: Type.Object({ id: Type.String(), name: Type.String(), groupId: Type.String() }),
      status: 200,
      write: ({ cluster, grant, members }) => ({
        id: cluster._id,
        name: cluster.name,
        groupId: cluster.groupId,
        members,
        grantType: grant?.grantType,
        expirationTime: grant && wireInstant(grant.expirationTime),
      }),
    },
  },
  async run(_call, room) {
    const seen = await Promise.all((await room.clusters.all()).map((it) => visible(room, it)));
    return seen.filter((it) => it !== undefined);
  },
});

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
    const { cluster, log } = await memberToRead(call, room, mayReadLogs);
    const lines = (call.query.lines as number | undefined) ?? 1_000;
    const follow = call.query.follow === true;
    return throughDoor(room, cluster, mayReadLogs, (signal) => logLines(log, { lines, follow, signal }));
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
    const { log } = await memberToRead(call, room, mayReadDiagnostics);
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
    const { cluster, log } = await memberToRead(call, room, mayReadDiagnostics);
    const dir = diagnosticsOf(log);
    // Only what is in the directory itself: a name is no path.
    const file = (await namesIn(dir)).find((it) => it === call.path.file);
    if (!file) throw call.fail('RESOURCE_NOT_FOUND', `file ${call.path.file}`);
    const bytes = throughDoor(room, cluster, mayReadDiagnostics, () => fileBytes(join(dir, file)));
    const zipped = createGzip();
    bytes.once('error', (error) => zipped.destroy(error));
    zipped.once('close', () => bytes.destroy());
    return bytes.pipe(zipped);
  },
});

export const openStaffSession = operation<StaffRoom, unknown, OpenedSession, LookFail>({
  id: 'openStaffSession',
  surface: 'telamon',
  route: 'POST /staff/clusters/{clusterId}/sessions',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  versions: {
    '2023-01-01': {
      reply: Type.Object({ id: Type.String(), username: Type.String(), uri: Type.String(), expiresAt: Type.String() }),
      status: 201,
      write: ({ session, uri }) => ({
        id: session._id,
        username: session.username,
        uri,
        expiresAt: wireInstant(session.expiresAt),
      }),
    },
  },
  async run(call, room) {
    const { path, fail } = call;
    const cluster = await room.clusters.findById(path.clusterId!);
    if (!cluster) throw fail('RESOURCE_NOT_FOUND', `cluster ${path.clusterId}`);
    return openSession(room, call, cluster);
  },
});

export const closeStaffSession = operation<StaffRoom, unknown, void, 'RESOURCE_NOT_FOUND'>({
  id: 'closeStaffSession',
  surface: 'telamon',
  route: 'DELETE /staff/sessions/{sessionId}',
  inside: 'staff',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ path, caller, note, fail }, room) {
    const session = await room.access.session(path.sessionId!);
    if (session?.staff !== caller.id) throw fail('RESOURCE_NOT_FOUND', `session ${path.sessionId}`);
    const cluster = await room.clusters.findById(session.clusterId);
    await transact(room.state, async (tx) => {
      await room.access.endSession(session._id, tx);
      if (cluster) await note(sessionEvent('HOST_SSH_SESSION_ENDED', cluster), tx);
    });
    await closeSession(room, session);
  },
});

export const staffOperations = [
  createStaff,
  listStaff,
  deleteStaff,
  listStaffClusters,
  readStaffLogs,
  listStaffDiagnostics,
  readStaffDiagnostics,
  openStaffSession,
  closeStaffSession,
];
