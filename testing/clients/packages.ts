// Clients from the package registry: installed once per lock file, beside and never into what Telamon itself needs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { mongodCache } from '../../src/main/up.ts';

/** The directory that holds `node_modules` of what a folder beside this file asks for, or why there is none. */
export async function packages(
  folder = 'node',
): Promise<{ root: string; skip?: undefined } | { root?: undefined; skip: string }> {
  const source = join(import.meta.dirname, folder);
  const lock = createHash('sha256').update(readFileSync(join(source, 'package-lock.json')));
  const cache = join(dirname(mongodCache()), 'clients');
  const root = join(cache, lock.digest('hex').slice(0, 16));
  if (existsSync(root)) return { root };
  await mkdir(cache, { recursive: true });
  // Under another name until it is whole: an installation that was cut off must not be taken for a good one.
  const begun = mkdtempSync(join(cache, 'begun-'));
  try {
    cpSync(source, begun, { recursive: true });
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: begun });
    renameSync(begun, root);
    return { root };
  } catch (error) {
    rmSync(begun, { recursive: true, force: true });
    // Somebody else was faster.
    if (existsSync(root)) return { root };
    const { stderr, message } = error as Error & { stderr?: string };
    return {
      skip: `the packages cannot be had: ${
        String(stderr ?? message)
          .trim()
          .split('\n')[0]
      }`,
    };
  }
}
