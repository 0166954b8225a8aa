// `npm run chaos:clusters -- --seed 7 --minutes 30`: random kills against real clusters. Ends with 1 when one promise was
// broken; `--json` ends with one line of figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chaos, isBroken } from './clusters.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'telamon-chaos-'));
const seed = Number(values.seed);
const say = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
say(`seed ${seed}`);
try {
  const outcome = await chaos({
    dir,
    seed,
    seconds: Number(values.minutes) * 60,
    clusters: [3, 3, 1],
    migrated: { megabytes: 40, maxRate: '300KB' },
    say,
  });
  process.stdout.write(
    values.json ? `${JSON.stringify({ seed, ...outcome })}\n` : `${JSON.stringify(outcome, null, 2)}\n`,
  );
  process.exitCode = isBroken(outcome) ? 1 : 0;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
