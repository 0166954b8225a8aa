import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { argumentsOf, dbPath, logPath, type MemberSpec, NO_ROLES } from './command-line.ts';
import { MemberFailed, whyEnded } from './why-ended.ts';

export interface MemberHandle {
  pid: number;
  port: number;
}

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

/** Whether a member runs as an earlier version started it, and grants what certificates of customers name. */
export function isTooTrusting(spec: MemberSpec): boolean {
  const found = spec.tls && processOn(dbPath(spec));
  return found !== undefined && !found.args.includes(NO_ROLES[1]!);
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

/** False when it has ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function hasEnded(pid: number, limitMs: number): Promise<boolean> {
  for (const until = performance.now() + limitMs; isAlive(pid); await wait(20))
    if (performance.now() > until) return false;
  return true;
}

/**
 * Stops a member and waits for its end; does nothing when none runs. One that does not end in peace within `peaceMs` is
 * killed. Throws MemberFailed when it does not end even so: the kernel holds it, mostly for a disk that does not answer.
 */
export async function stopMember(
  spec: MemberSpec,
  { force = false, peaceMs = 20_000, deathMs = 10_000 } = {},
): Promise<void> {
  const running = findMember(spec);
  if (!running) return;
  const { pid } = running;
  if (!force && (!signal(pid, 'SIGTERM') || (await hasEnded(pid, peaceMs)))) return;
  if (!signal(pid, 'SIGKILL') || (await hasEnded(pid, deathMs))) return;
  throw new MemberFailed(
    'FAILED',
    `mongod ${spec.name} (process ${pid}) was killed and does not end. Look whether the disk of ${spec.dir} answers; it is tried again.`,
  );
}

export async function removeMember(spec: MemberSpec): Promise<void> {
  await stopMember(spec, { force: true });
  rmSync(spec.dir, { recursive: true, force: true });
}

/** The secret that members of a set share; mongod wants it base64 and readable by its owner only. */
export function writeKeyFile(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) return;
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
}
