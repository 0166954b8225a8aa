import type { CopyFigures } from './copy.ts';
import type { Spread } from './tools.ts';

export interface Figures {
  boot: Spread;
  threeToIdle: Spread;
  oneToIdle: Spread;
  digest: { perSecond: number; p99Ms: number; failures: number };
  bearer: { perSecond: number; p99Ms: number; failures: number };
  copy: CopyFigures;
  memory: { telamonMB: number; agentMB: number; stateMB: number; memberMB: number };
}

const range = ({ min, median, max }: Spread) => `${median.toFixed(2)} s (${min.toFixed(2)} to ${max.toFixed(2)})`;
const verdict = (value: number, goal: number) => (value <= goal ? `≤ ${goal} s: met` : `≤ ${goal} s: **missed**`);
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

/** docs/performance.md. */
export function page(f: Figures, machine: { cpu: string; cores: number; mongod: string }): string {
  const calls = (it: Figures['digest']) => `${it.perSecond} per second, p99 ${it.p99Ms.toFixed(1)} ms`;
  const rate = `${f.copy.megabytesPerSecond.toFixed(1)} MB/s, ${f.copy.documentsPerSecond} documents/s`;
  const beside = `${f.copy.timesDriver.toFixed(1)} times the driver's ${f.copy.driverMegabytesPerSecond.toFixed(1)} MB/s`;
  return `# Performance

Printed by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${machine.cores} cores of ${machine.cpu}, Node ${process.versions.node},
MongoDB ${machine.mongod}. Everything ran on this one machine: Telamon, its members, the source and the load.

${[
  row('figure', 'measured', 'goal'),
  row('---', '---', '---'),
  row('boot to the first answer, existing data directory', range(f.boot), verdict(f.boot.median, 1.5)),
  row('cluster of three members to IDLE', range(f.threeToIdle), verdict(f.threeToIdle.median, 6)),
  row('cluster of one member to IDLE', range(f.oneToIdle), verdict(f.oneToIdle.median, 2)),
  row('authenticated GET of an organization, Digest, 20 connections', calls(f.digest), ''),
  row('the same with an OAuth token', calls(f.bearer), ''),
  row('copy of 200 MB in documents of 1 KiB', rate, ''),
  row('the same beside a loop over the driver', beside, ''),
  row('cutover without a backlog', `${f.copy.cutoverSeconds.toFixed(2)} s`, ''),
  row('memory of Telamon, after all of the above', `${f.memory.telamonMB} MB`, ''),
  row('memory of an idle agent', `${f.memory.agentMB} MB`, ''),
  row('memory of the state store', `${f.memory.stateMB} MB`, ''),
  row('memory of a cluster member, after the copy', `${f.memory.memberMB} MB`, ''),
].join('\n')}
`;
}
