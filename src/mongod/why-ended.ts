import { closeSync, existsSync, fstatSync, openSync, readSync, statfsSync } from 'node:fs';
import { logPath, type MemberSpec } from './command-line.ts';

/** A member that could not start; `code` tells a taken port from the rest. */
export class MemberFailed extends Error {
  readonly code: 'PORT_IN_USE' | 'FAILED';
  constructor(code: MemberFailed['code'], message: string) {
    super(message);
    this.code = code;
  }
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

/** Why a mongod that was just started has ended, as its log tells from this byte on. */
export function whyEnded(spec: MemberSpec, ended: string, logFrom: number): MemberFailed {
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
