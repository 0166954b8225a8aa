// A short one of `npm run chaos`: one migration, a few kills at moments that follow from the seed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './chaos/chaos.ts';

test('killed and cut off at every stage, a migration goes on by itself and ends equal', async (t) => {
  const say = (line: string) => t.diagnostic(line);
  const few = { kills: 6, perMigration: 6, sourceMembers: 1, documents: 4_000, maxRate: '2MB' };
  const outcome = await runChaos({ seed: 7, ...few, say });
  assert.deepEqual(outcome.differences, []);
  assert.equal(outcome.migrations, 1);
});
