// Runs a TypeScript entry of this repository on a fresh clone: installs the locked packages when they are missing or
// stale, then hands over to the Node 24 that the `node` package brings. Plain JavaScript, since it runs before any set-up.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installed = join(root, 'node_modules', '.package-lock.json');
const node = join(root, 'node_modules', 'node', 'bin', 'node');
const lock = join(root, 'package-lock.json');

const fresh = existsSync(installed) && existsSync(node) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
if (!fresh) {
  process.stderr.write('Installing the locked packages (npm ci) ...\n');
  // Errors only: which Node a package wants is no matter here, where everything runs by the one that comes with them.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed; its message is above. Run it by hand once the cause is mended.\n');
    process.exit(1);
  }
}

const child = spawn(node, process.argv.slice(2), { cwd: root, stdio: 'inherit' });
// The child cleans up after itself on a signal; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
