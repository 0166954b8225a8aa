// Runs every test of the repository, one file at a time: they start real mongod processes on a small machine.
// `clients` runs those with other people's clients instead, which fetch and compile these first.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const clients = globSync('testing/clients/*.test.ts');
const all = globSync(['src/**/*.test.ts', 'testing/**/*.test.ts']).filter((it) => !clients.includes(it));
const [files, limitMs] = process.argv[2] === 'clients' ? [clients, 900_000] : [all, 240_000];
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=1', `--test-timeout=${limitMs}`, ...files.sort()],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
