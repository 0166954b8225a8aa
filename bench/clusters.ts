// `npm run bench:clusters`: what becomes of a cluster, in seconds, and what Telamon costs while twenty of them idle.
// `-- --json` ends with one JSON line, `-- --write` writes the section of docs/performance.md.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { atlas } from '../demo/atlas.ts';
import { telamon } from '../demo/children.ts';
import { mongodCache } from '../src/main/up.ts';
import { findMongod } from '../src/mongod/index.ts';
import { replicaSet } from '../testing/places.ts';
import { processesWith } from '../testing/unhappy/children.ts';
import { until } from '../testing/wait.ts';
import { writeSection } from './section.ts';
import { residentMB, type Spread, spread } from './tools.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const root = mkdtempSync(join(tmpdir(), 'telamon-bench-'));

const CLUSTERS = 20;
const IDLE_S = 60;
const ROUNDS = 3;

interface Figures {
  createOne: Spread;
  createThree: Spread;
  oneToThree: Spread;
  resize: Spread;
  pause: Spread;
  resume: Spread;
  threeToOne: Spread;
  remove: Spread;
  twentySeconds: number;
  idleCpuPercent: number;
  idleStateCpuPercent: number;
  idleMB: number;
}

/** Processor time of a process so far, in seconds. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime, in ticks of 1/100 s.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(stop: (() => Promise<unknown>)[]): Promise<Figures> {
  const data = join(root, 'data');
  const child = telamon(['up', '--json', '--port', '0', '--no-rate-limits', '--ephemeral', '--data', data], () => {});
  stop.push(() => child.stop());
  const made = JSON.parse(await child.line((text) => text.startsWith('{')));
  const api = atlas(made.url, made.url, made);
  const { id: groupId } = await api.call('POST', '/groups', { name: 'bench', orgId: made.orgId });
  const path = `/groups/${groupId}/clusters`;
  const took: Record<string, number[]> = {};
  const untilIdle = (name: string) =>
    until(
      async () => (await api.call('GET', `${path}/${name}`)).stateName,
      (it) => it === 'IDLE',
      120_000,
    );
  const timed = async (what: string, act: () => Promise<unknown>) => {
    const began = performance.now();
    await act();
    took[what] = [...(took[what] ?? []), (performance.now() - began) / 1_000];
  };
  const change = async (name: string, body: object) => {
    await api.call('PATCH', `${path}/${name}`, body);
    await untilIdle(name);
  };
  const sized = (nodes: number, instanceSize = 'M10') => {
    const { replicationSpecs } = replicaSet('x', nodes);
    replicationSpecs[0]!.regionConfigs[0]!.electableSpecs.instanceSize = instanceSize;
    return { replicationSpecs };
  };
  const create = async (name: string, nodes: number) => {
    await api.call('POST', path, replicaSet(name, nodes));
    await untilIdle(name);
  };
  for (let round = 0; round < ROUNDS; round++) {
    say(`round ${round + 1} of ${ROUNDS} ...`);
    const [one, three] = [`one${round}`, `three${round}`];
    await timed('createOne', () => create(one, 1));
    await timed('createThree', () => create(three, 3));
    await timed('oneToThree', () => change(one, sized(3)));
    await timed('resize', () => change(three, sized(3, 'M20')));
    await timed('pause', () => change(three, { paused: true }));
    await timed('resume', () => change(three, { paused: false }));
    await timed('threeToOne', () => change(three, sized(1, 'M20')));
    const gone = async (name: string) => {
      await api.call('DELETE', `${path}/${name}`);
      await until(
        () => api.call('GET', `${path}/${name}`).catch(() => undefined),
        (it) => it === undefined,
        60_000,
      );
    };
    await timed('remove', () => gone(one));
    await gone(three);
  }
  say(`${CLUSTERS} clusters ...`);
  const began = performance.now();
  const names = Array.from({ length: CLUSTERS }, (_, n) => `idle${n}`);
  for (const name of names) await api.call('POST', path, replicaSet(name, 1));
  for (const name of names) await untilIdle(name);
  const twentySeconds = (performance.now() - began) / 1_000;
  say(`idle for ${IDLE_S} s ...`);
  await wait(10_000);
  const pids = [child.process.pid!, processesWith(join(data, 'state'))[0]!];
  const before = pids.map(cpuSeconds);
  await wait(IDLE_S * 1_000);
  const [own, state] = pids.map((pid, n) => ((cpuSeconds(pid) - before[n]!) / IDLE_S) * 100);
  const figures = Object.fromEntries(Object.entries(took).map(([what, all]) => [what, spread(all)]));
  const idle = { idleCpuPercent: own, idleStateCpuPercent: state, idleMB: residentMB(pids[0]!) };
  return { ...figures, twentySeconds, ...idle } as Figures;
}

const seconds = ({ min, median, max }: Spread) => `${median.toFixed(2)} s (${min.toFixed(2)} to ${max.toFixed(2)})`;
const met = (value: number, goal: number, unit: string) => `< ${goal} ${unit}: ${value < goal ? 'met' : '**missed**'}`;

function page(f: Figures, mongod: string): string {
  const rows: [string, string, string][] = [
    ['a cluster of one member, from the call to IDLE', seconds(f.createOne), ''],
    ['a cluster of three', seconds(f.createThree), ''],
    ['from one member to three', seconds(f.oneToThree), ''],
    ['another instance size: three members restarted one by one', seconds(f.resize), ''],
    ['pause of three members', seconds(f.pause), ''],
    ['resume', seconds(f.resume), ''],
    ['from three members to one', seconds(f.threeToOne), ''],
    ['deletion of three members', seconds(f.remove), ''],
    [`${CLUSTERS} clusters of one member, all to IDLE`, `${f.twentySeconds.toFixed(1)} s`, ''],
    ['Telamon while they idle, of one core', `${f.idleCpuPercent.toFixed(2)} %`, met(f.idleCpuPercent, 2, '%')],
    ['its state store meanwhile', `${f.idleStateCpuPercent.toFixed(2)} %`, ''],
    ["Telamon's memory meanwhile", `${f.idleMB} MB`, met(f.idleMB, 200, 'MB')],
  ];
  const table = [['figure', 'measured', 'goal'], ['---', '---', '---'], ...rows].map((it) => `| ${it.join(' | ')} |`);
  return `## Clusters

Printed by \`npm run bench:clusters -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores of ${cpus()[0]!.model},
Node ${process.versions.node}, MongoDB ${mongod}; median of ${ROUNDS} rounds.

${table.join('\n')}`;
}

const stop: (() => Promise<unknown>)[] = [];
async function tidy(): Promise<void> {
  for (let step = stop.pop(); step; step = stop.pop()) await step();
  rmSync(root, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void tidy().finally(() => process.exit(130)));

try {
  const figures = await measure(stop);
  const { version } = await findMongod({ cacheDir: mongodCache(), log: say });
  const text = page(figures, version);
  if (process.argv.includes('--write')) writeSection(text);
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(figures)}\n` : `${text}\n`);
} finally {
  await tidy();
}
