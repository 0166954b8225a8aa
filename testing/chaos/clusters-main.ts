// `npm run chaos:clusters -- --seed 7 --minutes 30`: random kills against real clusters. Ends with 1 when one promise was
// broken; `--json` ends with one line of figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chaos } from './clusters.ts';

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
  const outcome = await chaos({ dir, seed, seconds: Number(values.minutes) * 60, clusters: [3, 3, 1], say });
  const { lost, orphans, leaked, outlived } = outcome;
  const broken = Object.keys(lost).length + orphans.length + leaked.length + outlived > 0;
  process.stdout.write(
    values.json ? `${JSON.stringify({ seed, ...outcome })}\n` : `${JSON.stringify(outcome, null, 2)}\n`,
  );
  process.exitCode = broken ? 1 : 0;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
