import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createVault, type Vault } from '../base/secrets.ts';

/** Something the operator must mend; printed without a stack. */
export class Unusable extends Error {}

export interface DataDirectory {
  path: string;
  vault: Vault;
  file(...parts: string[]): string;
  /** Gives the directory up; the data stays. */
  release(): void;
}

const errno = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Opens (or makes) a data directory: private to this user, with its master key, held by one Telamon at a time. */
export function openDataDirectory(path: string): DataDirectory {
  const root = resolve(path);
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    accessSync(root, constants.W_OK | constants.R_OK | constants.X_OK);
  } catch (error) {
    throw new Unusable(
      `The data directory ${root} cannot be written (${errno(error)}). Choose another with --data DIR.`,
    );
  }
  const lock = join(root, 'telamon.lock');
  takeLock(lock, root);
  return {
    path: root,
    vault: createVault(masterKey(root)),
    file: (...parts) => join(root, ...parts),
    release: () => rmSync(lock, { force: true }),
  };
}

/** The master key: 32 bytes in `master.key`, readable by this user only. Losing it makes every stored secret unreadable. */
export function masterKey(root: string): Buffer {
  const file = join(root, 'master.key');
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Unusable(`${file} does not hold 32 bytes in base64. Put the right key back.`);
  return key;
}

/** When a process began, as its kernel counts; tells a reused pid from the process that took the lock. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // No /proc (macOS) or no such process: the pid alone must do.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) === 'EPERM';
  }
}

function takeLock(lock: string, root: string): void {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, mine, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error;
    }
    const [pid, start] = readFileSync(lock, 'utf8').split(' ');
    const holder = Number(pid);
    if (holder && isAlive(holder) && (!start || startOf(holder) === start)) break;
    rmSync(lock, { force: true });
  }
  const holder = readFileSync(lock, 'utf8').split(' ')[0];
  throw new Unusable(
    `The data directory ${root} is in use by another Telamon (process ${holder}). Stop it or choose another with --data DIR.`,
  );
}
