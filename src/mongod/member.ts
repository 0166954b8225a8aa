import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

export interface MemberSpec {
  name: string;
  /** Owned by the member alone; holds its data, lock and log. */
  dir: string;
  port: number;
  replSet: string;
  keyFile: string;
  mongod: string;
  cacheGB?: number;
  oplogMB?: number;
  maxConnections?: number;
  /**
   * Speaks TLS alone, with the certificate and key of one PEM file. Other servers must show a certificate of `caFile`;
   * clients, if they show one, one of `clientCaFile`.
   */
  tls?: { certificateFile: string; caFile: string; clientCaFile: string };
  /** Listens there beside the loopback address. */
  address?: string;
  /** Further options of the command line. */
  options?: readonly string[];
}

export interface MemberHandle {
  pid: number;
  port: number;
}

/** A member that could not start; `code` tells a taken port from the rest. */
export class MemberFailed extends Error {
  readonly code: 'PORT_IN_USE' | 'FAILED';
  constructor(code: MemberFailed['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const dbPath = (spec: Pick<MemberSpec, 'dir'>) => join(spec.dir, 'data');
export const logPath = (spec: Pick<MemberSpec, 'dir'>) => join(spec.dir, 'mongod.log');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed child that its parent has not yet reaped still answers signals, but runs no more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What a file says now; nothing when it is not there, or no longer. */
function contents(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** The live mongod on this very data, known by the lock file and by its command line, not by the pid alone. */
export function processOn(data: string): { pid: number; args: string[] } | undefined {
  const pid = Number(contents(join(data, 'mongod.lock'))?.trim());
  if (!pid || !isAlive(pid)) return undefined;
  const args = contents(`/proc/${pid}/cmdline`)?.split('\0').slice(0, -1) ?? [];
  return args[args.indexOf('--dbpath') + 1] === data ? { pid, args } : undefined;
}

export function findMember(spec: Pick<MemberSpec, 'dir'>): MemberHandle | undefined {
  const found = processOn(dbPath(spec));
  return found && { pid: found.pid, port: Number(found.args[found.args.indexOf('--port') + 1]) };
}

/** Whether a member runs, and with the options that `spec` has; anything else needs a restart. */
export function isCurrent(spec: MemberSpec): boolean {
  const found = processOn(dbPath(spec));
  return found !== undefined && found.args.slice(1).join('\0') === argumentsOf(spec).join('\0');
}

/** A certificate may bear roles, and mongod grants them: an authority that a customer brought would make a root. */
const NO_ROLES = ['--setParameter', 'tlsCATrusts=[]'];

/** Whether a member runs as an earlier version started it, and grants what certificates of customers name. */
export function isTooTrusting(spec: MemberSpec): boolean {
  const found = spec.tls && processOn(dbPath(spec));
  return found !== undefined && !found.args.includes(NO_ROLES[1]!);
}

/** The end of what a file has gained since it was `from` bytes long. */
function tail(path: string, from: number, bytes = 16_384): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - from)));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });

/** Whether mongod answers. The driver would wait for its whole time limit on a port that nobody listens on yet. */
async function answers({ port, tls }: MemberSpec): Promise<boolean> {
  if (!(await listens(port))) return false;
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    connectTimeoutMS: 1_000,
    ...(tls ? { tls: true, tlsCAFile: tls.caFile } : {}),
  });
  try {
    await client.db('admin').command({ hello: 1 });
    return true;
  } catch {
    // Listening but not yet ready; the caller watches the process itself.
    return false;
  } finally {
    await client.close();
  }
}

function argumentsOf(spec: MemberSpec): string[] {
  const args = ['--dbpath', dbPath(spec), '--port', String(spec.port), '--replSet', spec.replSet];
  args.push('--bind_ip', ['127.0.0.1', ...(spec.address ? [spec.address] : [])].join(','), '--nounixsocket');
  args.push('--keyFile', spec.keyFile);
  args.push('--logpath', logPath(spec), '--logappend', '--setParameter', 'diagnosticDataCollectionEnabled=true');
  // A member that is told to end would wait a quarter of a minute for its clients, who find another one at once.
  args.push('--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100');
  if (spec.cacheGB) args.push('--wiredTigerCacheSizeGB', String(spec.cacheGB));
  if (spec.oplogMB) args.push('--oplogSize', String(spec.oplogMB));
  if (spec.maxConnections) args.push('--maxConns', String(spec.maxConnections));
  if (spec.tls) {
    args.push('--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', spec.tls.certificateFile);
    args.push('--tlsCAFile', spec.tls.caFile, '--tlsClusterCAFile', spec.tls.clientCaFile);
    args.push('--tlsAllowConnectionsWithoutCertificates');
    args.push(...NO_ROLES);
  }
  return [...args, ...(spec.options ?? [])];
}

/**
 * Starts a member that outlives this process, or adopts the one that already runs on its data. One that does not answer
 * in time goes on: after a crash mongod may recover for many minutes before it listens, and would begin that anew.
 */
export async function startMember(spec: MemberSpec, opts: { limitMs?: number } = {}): Promise<MemberHandle> {
  const running = findMember(spec);
  if (running) return running;
  try {
    mkdirSync(dbPath(spec), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new MemberFailed('FAILED', `Cannot write ${spec.dir}: ${(error as NodeJS.ErrnoException).code}.`);
  }
  const before = statSync(logPath(spec), { throwIfNoEntry: false })?.size ?? 0;
  const child = spawn(spec.mongod, argumentsOf(spec), { detached: true, stdio: 'ignore' });
  let ended: string | undefined;
  child.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? code}`;
  });
  child.on('error', (error) => {
    ended = error.message;
  });
  child.unref();
  // mongod has no event that says "listening"; its port is asked until it answers or the process ends.
  for (const until = performance.now() + (opts.limitMs ?? 60_000); performance.now() < until; await wait(20)) {
    if (ended !== undefined) throw whyEnded(spec, ended, before);
    if (await answers(spec)) {
      if (ended === undefined) return { pid: child.pid!, port: spec.port };
    }
  }
  throw new MemberFailed(
    'FAILED',
    `mongod ${spec.name} does not yet answer on port ${spec.port} and is left to go on. What it does is in its log, ${logPath(spec)}.`,
  );
}

/** What its log says when a mongod cannot start, and what its operator can do about it. */
const signs: readonly [RegExp, (spec: MemberSpec) => string][] = [
  [
    /No space left on device|ENOSPC|available disk space/i,
    (it) => `the disk of ${it.dir} is full. Make room there; the member then starts by itself.`,
  ],
  [
    /Permission denied|EACCES|Read-only file system|EROFS/i,
    (it) => `${it.dir} cannot be read and written by this user. Mend its permissions.`,
  ],
  [
    /DBPathInUse|Resource temporarily unavailable.*lock|lock file.*mongod instance already running/i,
    (it) => `another mongod holds ${it.dir}. End that process; the member then starts by itself.`,
  ],
  [
    /WiredTiger metadata corruption|WT_PANIC|unable to read root page|checksum error|WT_TRY_SALVAGE/i,
    (it) => `its data is damaged. Move ${it.dir}/data away: where other members hold the data, it is copied anew.`,
  ],
  [
    /Wrong mongod version|incompatible.*featureCompatibilityVersion|UPGRADE PROBLEM/i,
    (it) => `its data was written by another version of MongoDB than ${it.mongod} is. Start Telamon with that mongod.`,
  ],
];

/** Less than this is no room for mongod's journal. */
const FULL_BYTES = 64 * 2 ** 20;

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

function whyEnded(spec: MemberSpec, ended: string, logFrom: number): MemberFailed {
  const log = tail(logPath(spec), logFrom);
  if (/Address already in use/.test(log))
    return new MemberFailed(
      'PORT_IN_USE',
      `Port ${spec.port} of ${spec.name} is in use by another process. Free that port; the member then starts by itself.`,
    );
  // A log on a full disk says nothing any more.
  const full = freeBytes(spec.dir) < FULL_BYTES;
  for (const [sign, advice] of full ? signs.slice(0, 1) : signs)
    if (full || sign.test(log)) return new MemberFailed('FAILED', `mongod ${spec.name} did not start: ${advice(spec)}`);
  const last = log.trim().split('\n').slice(-3).join('\n');
  return new MemberFailed(
    'FAILED',
    `mongod ${spec.name} did not start: ${ended}. Read its log, ${logPath(spec)}. It ends:\n${last}`,
  );
}

/** Stops a member and waits for its end; does nothing when none runs. */
export async function stopMember(spec: MemberSpec, opts: { force?: boolean } = {}): Promise<void> {
  const running = findMember(spec);
  if (!running) return;
  process.kill(running.pid, opts.force ? 'SIGKILL' : 'SIGTERM');
  for (const since = performance.now(); isAlive(running.pid); await wait(20)) {
    if (performance.now() - since > 20_000) process.kill(running.pid, 'SIGKILL');
  }
}

export async function removeMember(spec: MemberSpec): Promise<void> {
  await stopMember(spec, { force: true });
  rmSync(spec.dir, { recursive: true, force: true });
}

/**
 * Below the ports that systems give to connections which go out: one of those would take the port of a member that is
 * down for a moment.
 */
const PORTS = { from: 10_240, to: 32_768 };

/** A loopback port that was free a moment ago; whoever takes it must still expect PORT_IN_USE. */
export async function freePort(avoid: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (!avoid.has(port) && (await isFree(port))) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    // Whatever keeps it from being listened on, another port is tried.
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The secret that members of a set share; mongod wants it base64 and readable by its owner only. */
export function writeKeyFile(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) return;
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
}
