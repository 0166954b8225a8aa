// Runs every test of the repository, one file at a time: they start real mongod processes on a small machine. The last
// file sums up what the exchanges of all others amount to. `clients` runs those with other people's clients instead,
// which fetch and compile these first.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SUMMARY = 'testing/conformance/summary.test.ts';
const clients = globSync('testing/clients/*.test.ts').sort();
const all = globSync(['src/**/*.test.ts', 'testing/**/*.test.ts'])
  .filter((it) => !clients.includes(it) && it !== SUMMARY)
  .sort();
const reports = mkdtempSync(join(tmpdir(), 'telamon-reports-'));

function run(files: readonly string[], limitMs = 240_000): Promise<number> {
  const child = spawn(process.execPath, ['--test', '--test-concurrency=1', `--test-timeout=${limitMs}`, ...files], {
    stdio: 'inherit',
    env: { ...process.env, TELAMON_TEST_REPORTS: reports },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

try {
  process.exitCode =
    process.argv[2] === 'clients' ? await run(clients, 900_000) : (await run(all)) || (await run([SUMMARY]));
} finally {
  rmSync(reports, { recursive: true, force: true });
}
