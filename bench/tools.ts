import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { pino } from 'pino';

export const quietLog = pino({ level: 'silent' });

const run = promisify(execFile);

/** What bench/load.ts measured. */
export async function load(...args: string[]): Promise<{ perSecond: number; p99Ms: number; failures: number }> {
  const file = new URL('load.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [file, ...args]);
  return JSON.parse(stdout);
}

/** Resident memory of a process in MB. */
export function residentMB(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, max: sorted.at(-1)! };
}

export const today = () => new Date().toISOString().slice(0, 10);
/** What a figure is worth nothing without. */
export const machine = () => `${cpus().length} cores of ${cpus()[0]!.model}, Node ${process.versions.node}`;
