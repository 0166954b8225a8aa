// Run by testing/run.ts after all other files: what their exchanges amount to, over the whole suite.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountedOperations } from '../mounted.ts';
import { exceptions } from './exceptions.ts';
import type { Line } from './observe.ts';
import { isPublishedHere, loadPublished } from './published.ts';

const reports = process.env.TELAMON_TEST_REPORTS;
const skip = !reports
  ? 'only after the whole suite, by `npm test`'
  : !isPublishedHere && 'the published interface is not beside the repository';

test('the whole suite keeps to the published interface', { skip }, async (t) => {
  const lines = readdirSync(reports!).flatMap((file) =>
    readFileSync(join(reports!, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((it) => JSON.parse(it) as Line),
  );
  const [seen, succeeded] = [lines, lines.filter(({ status }) => status < 400)].map(
    (some) => new Set(some.map(({ operationId }) => operationId).filter((it) => it !== null)),
  ) as [Set<string>, Set<string>];
  const { count } = await loadPublished();
  t.diagnostic(
    `exchanges ${lines.length}, operations seen ${seen.size} and answered well ${succeeded.size} of ${count}`,
  );
  t.diagnostic(`warnings that the recordings explain ${lines.flatMap((it) => it.warnings).length}`);
  assert.deepEqual([...new Set(lines.flatMap((it) => it.errors))], []);
  const needed = new Set(lines.flatMap((it) => it.excepted));
  assert.deepEqual(
    exceptions.filter((_, n) => !needed.has(n)),
    [],
    'exceptions that nothing needs any more',
  );
  const mounted = mountedOperations().filter((it) => it.surface !== 'telamon' && it.id !== 'getSystemStatus');
  assert.deepEqual(
    mounted.map((it) => it.id).filter((id) => !seen.has(id)),
    [],
    'operations that no test sends',
  );
});
