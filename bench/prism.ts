import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../src/mongod/index.ts';

const VERSION = '5.16.0';
/** The published interface, where it is at hand beside the repository. */
const DOCUMENT = '../shared/atlas/spec/atlas-openapi.json';

/** Kills a child, unless it has ended already. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/**
 * `@stoplight/prism-cli`, which answers from the published document alone. It is no dependency: the first run puts it
 * into a cache. Undefined where the document is not at hand.
 */
export async function startPrism(say: (line: string) => void) {
  if (!existsSync(DOCUMENT)) return undefined;
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telamon', `prism-${VERSION}`);
  const cli = join(cache, 'node_modules/@stoplight/prism-cli/dist/index.js');
  if (!existsSync(cli)) {
    say(`  getting prism ${VERSION} into ${cache} ...`);
    mkdirSync(cache, { recursive: true });
    const args = ['install', '--prefix', cache, '--no-save', '--no-audit', `@stoplight/prism-cli@${VERSION}`];
    await promisify(execFile)('npm', args);
  }
  const port = await freePort();
  const child = spawn(process.execPath, [cli, 'mock', '--port', String(port), '--host', '127.0.0.1', DOCUMENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) if (line.includes('is listening')) break;
  child.stdout.resume();
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => ended(child),
  };
}
