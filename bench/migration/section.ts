/** The migration's section of docs/performance.md, and the JSON line. */
import { cpus } from 'node:os';
import type { ChangesRun } from './changes.ts';
import type { CopyRun } from './engine.ts';

export interface CopyFigures {
  title: string;
  how: 'plain' | 'secure';
  collections: number;
  /** Bytes per second of each round. */
  limits: number[];
  copies: CopyRun[];
  /** Seconds of each round. */
  driver: number[];
}

const mean = (all: readonly number[]) => all.reduce((sum, it) => sum + it, 0) / all.length;
/** The mean of the ratios of each round: what disturbs a round disturbs both sides of its ratio. */
const vsLimit = (it: CopyFigures) => mean(it.copies.map((copy, n) => copy.bytesPerSecond / it.limits[n]!));
const vsDriver = (it: CopyFigures) => mean(it.copies.map((copy, n) => it.driver[n]! / copy.seconds));
const cpu = (it: CopyFigures) => mean(it.copies.map((copy) => copy.cpuSecondsPerGB));
const floor = (it: CopyFigures) => mean(it.copies.map((copy) => copy.floorPerGB));
const rss = (it: CopyFigures) => Math.max(...it.copies.map((copy) => copy.rssMB));

/** CPU milliseconds of the engine for each collection. */
const perCollection = (it: CopyFigures) =>
  mean(it.copies.map((copy) => (copy.cpuSecondsPerGB * copy.bytesPerSecond * copy.seconds) / 1e6)) / it.collections;

const round = (n: number, digits = 2) => Number(n.toFixed(digits));

/** The worst of all datasets and ways, since the goals are for every one of them. */
export function jsonLine(copies: readonly CopyFigures[], changes: ChangesRun): string {
  const byDataset = Object.fromEntries(
    copies.map((it) => [
      `${it.title}, ${it.how}`,
      { copyVsLimit: round(vsLimit(it)), copyVsDriver: round(vsDriver(it)) },
    ]),
  );
  return JSON.stringify({
    copyVsLimit: round(Math.min(...copies.map(vsLimit))),
    copyVsDriver: round(Math.min(...copies.map(vsDriver))),
    changesPerSecond: Math.round(changes.changesPerSecond),
    cpuSecondsPerGB: round(Math.max(...copies.map(cpu))),
    rssMB: Math.max(...copies.map(rss), changes.rssMB),
    cutoverSeconds: round(changes.cutoverSeconds),
    lagSeconds: changes.lagSeconds,
    steadyPerSecond: Math.round(changes.steadyPerSecond),
    byDataset,
  });
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const goal = (met: boolean, text: string) => (met ? text : `${text} (**missed**, goal`);
const least = (value: number, wanted: number, digits = 2) =>
  value >= wanted ? value.toFixed(digits) : `${goal(false, value.toFixed(digits))} ≥ ${wanted})`;
const most = (value: number, wanted: number, digits = 2) =>
  value <= wanted ? value.toFixed(digits) : `${goal(false, value.toFixed(digits))} ≤ ${wanted})`;

export function section(copies: readonly CopyFigures[], c: ChangesRun, mongod: string): string {
  const rows = copies.map((it) =>
    row(
      it.how === 'secure' ? `${it.title}, TLS and SCRAM-SHA-256` : it.title,
      `${(mean(it.copies.map((copy) => copy.bytesPerSecond)) / 1e6).toFixed(1)} MB/s`,
      least(vsLimit(it), 0.85),
      least(vsDriver(it), 3),
      [
        most(cpu(it), 1.5),
        ...(floor(it) ? [`TLS alone ${floor(it).toFixed(2)}`] : []),
        ...(it.collections > 1 ? [`${perCollection(it).toFixed(1)} ms per collection`] : []),
      ].join(', '),
      most(rss(it), 150, 0),
    ),
  );
  return `## Migration

Printed by \`npm run bench:migration -- ${process.argv.slice(2).join(' ')}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores of ${cpus()[0]!.model}, Node ${process.versions.node},
MongoDB ${mongod}. Source, destination and engine ran on this one machine. The limit is the destination taking batches that
were read beforehand, from as many writers and with the same write concern; limit, copy and driver took turns.
TLS alone is what a process costs that takes as many bytes over TLS, sends them on, and does nothing else; it was measured
right after each copy. That part is no work of the engine. Small collections are little data and many calls: what each
costs counts there. A backlog drains no faster than the cores bear that all three share.

${row('initial copy', 'rate', 'beside the limit', 'times a driver loop', 'engine CPU s/GB', 'engine memory MB')}
${row('---', '---', '---', '---', '---', '---')}
${rows.join('\n')}

${row('changes, TLS and SCRAM-SHA-256', 'measured')}
${row('---', '---')}
${row(`backlog of ${c.events} mixed events drained, w:majority`, `${least(c.changesPerSecond, 30_000, 0)} events/s`)}
${row('CPU seconds per 100,000 events: engine, source, destination', [c.cpu.engine, c.cpu.source, c.cpu.destination].map((it) => it.toFixed(1)).join(', '))}
${row(`events/s that ${cpus().length} cores bear at that`, Math.round((cpus().length * 100_000) / (c.cpu.engine + c.cpu.source + c.cpu.destination)).toString())}
${row(`lag behind a writer of ${Math.round(c.steadyPerSecond)} events/s, median and most`, `${c.lagSeconds.median.toFixed(2)} s, ${most(c.lagSeconds.max, 1)} s`)}
${row(`cutover with ${c.backlog} events left to apply`, `${most(c.cutoverSeconds, 3)} s`)}
${row('engine memory', `${most(c.rssMB, 150, 0)} MB`)}
`;
}
