// `npm run chaos -- --seed 1 --kills 200`: migrations while everything is killed and every line is cut. `--minutes 8`
// ends it with the migration that runs then; `--changes auto` reads them from the oplog.
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '40' },
    members: { type: 'string', default: '3' },
    'per-migration': { type: 'string', default: '20' },
    documents: { type: 'string', default: '40000' },
    changes: { type: 'string' },
    'max-rate': { type: 'string', default: '3MB' },
    minutes: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const [seed, kills] = [Number(values.seed), Number(values.kills)];
console.log(`Seed ${seed}, ${kills} kills, a source of ${values.members} members.`);
const began = Date.now();
const outcome = await runChaos({
  ...{ seed, kills, perMigration: Number(values['per-migration']), sourceMembers: Number(values.members) },
  ...{ documents: Number(values.documents), maxRate: values['max-rate'], say: console.log },
  ...(values.minutes ? { minutes: Number(values.minutes) } : {}),
  ...(values.changes ? { changes: values.changes } : {}),
  ...(values.verbose ? { log: console.error } : {}),
});
const list = (counts: Record<string, number>) =>
  Object.entries(counts)
    .sort()
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
console.log(
  `\n${outcome.kills} kills in ${outcome.migrations} migrations, ${Math.round((Date.now() - began) / 1_000)} s.`,
);
console.log(`By kind: ${list(outcome.byKind)}.`);
console.log(`By phase: ${list(outcome.byPhase)}.`);
console.log(`Differences: ${outcome.differences.length}.`);
for (const it of outcome.differences) console.log(`  ${it}`);
process.exitCode = outcome.differences.length ? 1 : 0;
