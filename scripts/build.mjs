// Compiles src/ into dist/ for the published package; what is no source goes along as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
const done = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
cpSync('src/reference/assets', 'dist/reference/assets', { recursive: true });
process.exit(done.status ?? 1);
