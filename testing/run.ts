// Runs every test of the repository, one file at a time: they start real mongod processes on a small machine.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const files = globSync(['src/**/*.test.ts', 'testing/**/*.test.ts']).sort();
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-timeout=240000', ...files], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
