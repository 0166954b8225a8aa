// Everything that may be in a source and everything that may happen to it while it is migrated: see scenarios/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSets } from './fixture.ts';
import { allScenarios, runScenarios } from './scenarios.ts';

const only = process.env.SCENARIO;
const everything = process.env.ALL_SCENARIOS !== undefined || only !== undefined;
const all = (await allScenarios(everything)).filter((it) => (only ? it.name.includes(only) : true));
const chosen = everything ? all : all.filter((it) => !it.slow);

test('scenarios', async (t) => {
  const sets = await startSets();
  t.after(() => sets.end());
  const faults = await runScenarios(sets, chosen);
  for (const { name } of chosen) await t.test(name, () => assert.deepEqual(faults.get(name) ?? [], []));
  const others = [...faults].filter(([name]) => !chosen.some((it) => it.name === name));
  assert.deepEqual(others, []);
});
