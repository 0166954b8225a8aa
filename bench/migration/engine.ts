/** The engine as a child process, and what it says of itself. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Report } from '../../src/migration/index.ts';

export interface Mark {
  mark: string;
  /** Milliseconds since the epoch. */
  at: number;
  cpu: number;
  rssMB: number;
  bytes: number;
  report: Report;
}

export interface Running {
  child: ChildProcess;
  /** The next mark of this name, or the one that was there already. */
  reached(mark: string): Promise<Mark>;
  say(line: string): void;
}

/** Beside the packages it needs, and in nobody's way. */
const BUILT = 'node_modules/.cache/telamon-bench';
let isBuilt = false;
/** The engine as it is shipped: what strips the types of a source tree would take a third of the memory. */
function built(): string {
  if (!isBuilt) execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', BUILT], { stdio: 'inherit' });
  isBuilt = true;
  return resolve(BUILT, 'migration/index.js');
}

export function startEngine(source: string, destination: string, cutover: boolean): Running {
  const file = new URL('child.mjs', import.meta.url).pathname;
  const args = [file, built(), source, destination, ...(cutover ? ['cutover'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const marks = new Map<string, Mark>();
  const waiting = new Map<string, { resolve(it: Mark): void; reject(error: Error): void }>();
  createInterface(child.stdout!).on('line', (line) => {
    const mark = JSON.parse(line) as Mark;
    marks.set(mark.mark, mark);
    waiting.get(mark.mark)?.resolve(mark);
  });
  child.on('exit', (code) => {
    for (const it of waiting.values()) it.reject(new Error(`the migration ended with ${code}`));
  });
  return {
    child,
    reached: (mark) => {
      const known = marks.get(mark);
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => waiting.set(mark, { resolve, reject }));
    },
    say: (line) => {
      for (const mark of ['watching', 'applied']) marks.delete(mark);
      child.stdin!.write(`${line}\n`);
    },
  };
}

export interface CopyRun {
  bytesPerSecond: number;
  seconds: number;
  cpuSecondsPerGB: number;
  /** What of it a bare pump over TLS costs at the same time; zero in the clear. */
  floorPerGB: number;
  rssMB: number;
  cutoverSeconds: number;
}

/** A whole migration without a writer; the figures are those of its copy phase. */
export async function copyRun(source: string, destination: string): Promise<CopyRun> {
  const engine = startEngine(source, destination, true);
  const [copying, indexing, end] = await Promise.all(['copying', 'indexing', 'end'].map(engine.reached));
  const seconds = (indexing!.at - copying!.at) / 1_000;
  const { bytes } = end!.report;
  return {
    bytesPerSecond: bytes / seconds,
    seconds,
    cpuSecondsPerGB: (indexing!.cpu - copying!.cpu) / (bytes / 1e9),
    floorPerGB: 0,
    rssMB: end!.rssMB,
    cutoverSeconds: end!.report.cutoverSeconds,
  };
}
