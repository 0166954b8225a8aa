import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chaos } from './clusters.ts';

// The short one; `npm run chaos:clusters` goes on for as long as one likes.
test('kills of Telamon, of members and of an agent lose no acknowledged write and leave nothing behind', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-chaos-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const outcome = await chaos({
    dir,
    seed: 7,
    seconds: 8,
    clusters: [3, 1, 1],
    migrated: { megabytes: 1, maxRate: '1MB' },
    say: (line) => t.diagnostic(line),
  });
  assert.deepEqual(outcome.lost, {});
  assert.deepEqual(outcome.orphans, []);
  assert.deepEqual(outcome.leaked, []);
  assert.equal(outcome.outlived, 0);
  assert.deepEqual(outcome.failedStarts, []);
  assert.deepEqual(outcome.mishaps, []);
  assert.ok(outcome.acknowledged > 50, `only ${outcome.acknowledged} writes were acknowledged`);
  assert.ok(Object.values(outcome.kills).reduce((sum, it) => sum + it, 0) >= 3, JSON.stringify(outcome.kills));
});
