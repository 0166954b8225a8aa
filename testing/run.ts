// Runs every test of the repository, two files at a time: they start real mongod processes on a small machine, and much
// of what they do is waiting. The last file sums up what the exchanges of all others amount to. `clients` runs those with other people's clients instead,
// which fetch and compile these first; `migration` those of the migration, the slow scenarios too;
// `examples` keeps the answers that were seen for the reference.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExamples } from './conformance/examples.ts';

const SUMMARY = 'testing/conformance/summary.test.ts';
const clients = globSync('testing/clients/*.test.ts').sort();
const all = globSync(['src/**/*.test.ts', 'testing/**/*.test.ts'])
  .filter((it) => !clients.includes(it) && it !== SUMMARY)
  .sort();
const migration = all.filter((it) => it.includes('migration'));
/** Those that follow changes; they are run once more with the other reader. */
const engine = migration.filter((it) => /(src|testing)\/migration\//.test(it));
const reports = mkdtempSync(join(tmpdir(), 'telamon-reports-'));

const LIMIT_MS = 600_000;

function run(files: readonly string[], limitMs = LIMIT_MS, more: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, ['--test', '--test-concurrency=2', `--test-timeout=${limitMs}`, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...more, TELAMON_TEST_REPORTS: reports },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

const what: Record<string, () => Promise<number>> = {
  all: async () => {
    const failed = await run(all);
    return (await run([SUMMARY])) || failed;
  },
  clients: () => run(clients, 900_000),
  examples: async () => (await run(all, LIMIT_MS, { TELAMON_TEST_EXAMPLES: reports })) || writeExamples(reports),
  migration: async () =>
    (await run(migration, 900_000, { ALL_SCENARIOS: '1' })) ||
    run(engine, 900_000, { ALL_SCENARIOS: '1', MIGRATION_CHANGES: 'auto' }),
};

try {
  process.exitCode = await what[process.argv[2] ?? 'all']!();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
