// One migration in a process of its own, so that its CPU and memory are its own too; built, as it is shipped.
// Arguments: the built engine, source, destination, and `cutover` when it shall not wait for the word. Prints a JSON line for every mark,
// takes `watch N` (say when N more changes are applied) and `cutover` on stdin.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pino } from 'pino';

const [built, source, destination, cutover] = process.argv.slice(2);
const { createMigration } = await import(built);
const tell = (mark, more = {}) => {
  const { user, system } = process.cpuUsage();
  // What the operating system calls the maximum of a process counts its parent's too, from before it became itself.
  const rssMB = Math.round(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] / 1_024);
  process.stdout.write(`${JSON.stringify({ mark, at: Date.now(), cpu: (user + system) / 1e6, rssMB, ...more })}\n`);
};

let phase = 'preparing';
const migration = createMigration({
  changes: process.env.MIGRATION_CHANGES,
  ...{ id: 'bench', source, destination, drop: true, log: pino({ level: 'silent' }) },
  onProgress: (p) => {
    const now = p.readyForCutover ? 'ready' : p.phase;
    if (now === phase) return;
    phase = now;
    tell(phase);
    if (phase === 'ready' && cutover) migration.cutover();
  },
});
createInterface(process.stdin).on('line', (line) => {
  const [word, number] = line.split(' ');
  if (word === 'cutover') return migration.cutover();
  const target = migration.progress().changesApplied + Number(number);
  tell('watching');
  const timer = setInterval(() => {
    if (migration.progress().changesApplied < target) return;
    clearInterval(timer);
    tell('applied');
  }, 5);
});
const report = await migration.run();
// Before it is told, since both sides may be gone right after.
await migration.forget();
tell('end', { report });
process.exit(0);
