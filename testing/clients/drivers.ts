// MongoDB's own drivers and shell, as programs that are all asked the same; see drivers.test.ts.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { mongodCache } from '../../src/main/up.ts';
import { packages } from './packages.ts';
import { compile } from './sdk.ts';

export interface Driver {
  name: string;
  /** How it is started, once it is built; or why it is not to be had. */
  ready(work: string): Promise<{ command: string[]; env?: Record<string, string> } | { skip: string }>;
}

const run = promisify(execFile);
const HERE = import.meta.dirname;
const PYMONGO = 'pymongo==4.15.3';

const lastLine = (error: unknown): string =>
  String((error as { stderr?: string }).stderr ?? error)
    .trim()
    .split('\n')
    .at(-1)!;

/** What the first generation has otherwise than the second, which the program is written with. */
const inFirst = (source: string): string =>
  source.replaceAll('/mongo-driver/v2/', '/mongo-driver/').replace('mongo.Connect(', 'mongo.Connect(ctx, ');

const go = (generation: 'v1' | 'v2'): Driver => ({
  name: `go.mongodb.org/mongo-driver ${generation}`,
  async ready(work) {
    if (spawnSync('go', ['version']).status !== 0) return { skip: 'there is no go on the PATH' };
    const program = join(work, `driver-${generation}`);
    try {
      const module = join(HERE, 'go-driver');
      const source = readFileSync(join(module, 'main.go'), 'utf8');
      const text = generation === 'v1' ? inFirst(source) : source;
      await compile(`${program}-sources`, ['build', '-o', program, '.'], { 'main.go': text }, module);
    } catch (error) {
      return { skip: `the Go driver cannot be had: ${lastLine(error)}` };
    }
    return { command: [program] };
  },
});

const python: Driver = {
  name: PYMONGO,
  async ready() {
    if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0)
      return { skip: 'there is no python3 with pip on the PATH' };
    const cache = join(dirname(mongodCache()), 'clients');
    const root = join(cache, PYMONGO);
    if (!existsSync(root)) {
      mkdirSync(cache, { recursive: true });
      const begun = mkdtempSync(join(cache, 'begun-'));
      try {
        const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', begun, PYMONGO];
        await run('python3', args);
        renameSync(begun, root);
      } catch (error) {
        rmSync(begun, { recursive: true, force: true });
        // Somebody else was faster.
        if (!existsSync(root)) return { skip: `PyMongo cannot be had: ${lastLine(error)}` };
      }
    }
    return { command: ['python3', join(HERE, 'python/driver.py')], env: { PYTHONPATH: root } };
  },
};

/** The directory with the shell's program, or why there is none. */
export async function mongosh(): Promise<{ bin: string; skip?: undefined } | { skip: string }> {
  const { root, skip } = await packages('mongosh');
  return root === undefined ? { skip: skip! } : { bin: join(root, 'node_modules/.bin') };
}

const shell: Driver = {
  name: 'mongosh',
  async ready(work) {
    const found = await mongosh();
    if (found.skip !== undefined) return found;
    const args = ['--norc', '--quiet', '--file', join(HERE, 'mongosh/driver.js')];
    // It keeps its logs and its history at home.
    return { command: [join(found.bin, 'mongosh'), '$TELAMON_URI', ...args], env: { HOME: work } };
  },
};

export const drivers: readonly Driver[] = [go('v1'), go('v2'), python, shell];
