// `npm run demo`: the main job on real data. Exits 0 only if every step held, and leaves no process and no file behind.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from './place.ts';
import { DoesNotHold, say, seconds } from './stage.ts';
import { story } from './story.ts';

const CONFORMANCE = new URL('../../shared/atlas/conformance/cli.mjs', import.meta.url).pathname;
const wantsProxy = process.argv.includes('--conformance');
if (wantsProxy && !existsSync(CONFORMANCE)) {
  process.stderr.write(`The conformance proxy is not here (${CONFORMANCE}).\n`);
  process.exit(1);
}

const root = mkdtempSync(join(tmpdir(), 'telamon-demo-'));
const undo: (() => Promise<unknown>)[] = [];
const stage: Stage = {
  root,
  conformance: wantsProxy ? CONFORMANCE : undefined,
  afterwards: (what) => void undo.push(what),
};

/** Processes that were started for this demo and still run, known by what is in their command line. */
function survivors(): string[] {
  if (!existsSync('/proc')) return [];
  const others = readdirSync('/proc').filter((it) => /^\d+$/.test(it) && Number(it) !== process.pid);
  return others.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root);
    } catch {
      // It ended in this moment.
      return false;
    }
  });
}

async function tidy(): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (let what = undo.pop(); what; what = undo.pop()) {
    try {
      await what();
    } catch (error) {
      errors.push(error);
    }
  }
  rmSync(root, { recursive: true, force: true });
  const left = survivors();
  if (left.length) errors.push(new DoesNotHold(`processes ${left.join(', ')} are left behind`));
  return errors;
}

const asked = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => reject(new DoesNotHold(`stopped by ${signal}`)));
});
asked.catch(() => {});

const began = Date.now();
let failure: unknown;
try {
  await Promise.race([story(stage), asked]);
} catch (error) {
  failure = error;
  const text = error instanceof DoesNotHold ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`\n${text}\nStopping everything ...\n`);
}
const errors = await tidy();
for (const error of errors) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
if (failure || errors.length) process.exit(1);
say(`\nEvery step held, in ${seconds(began)}; no process and no file is left.`);
process.exit(0);
