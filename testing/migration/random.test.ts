// Whatever is done to a source, in whatever order, before, while it is copied and while it is followed: both sides are
// equal in the end. A failure prints the smallest sequence that still fails, and the seed and path to run it again with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareDeployments } from '../../src/migration/index.ts';
import { differencesOf, userDatabases } from './equal.ts';
import { clear, type Sets, startSets } from './fixture.ts';
import { type World, world } from './random/operations.ts';
import { Performer } from './random/perform.ts';
import { phases } from './scenario.ts';
import { migrateInSteps } from './scenarios.ts';

const { SEED, SHRINK_PATH, ALL_SCENARIOS } = process.env;
const long = ALL_SCENARIOS !== undefined;
// The same sequences each time where many others wait for the result; ever new ones where there is time to look.
const seed = SEED !== undefined ? Number(SEED) : long ? Date.now() % 2 ** 31 : 20;
const BUDGET_MS = long ? 180_000 : 12_000;
/** Once it has failed, a small counterexample is worth more than the time. */
const SHRINKING_MS = 150_000;

/** Worlds together in one migration, since each of these costs more than what a world does. */
async function differencesAfter(sets: Sets, worlds: readonly World[]): Promise<string[]> {
  await clear(sets);
  const { client } = sets.source;
  const performers = worlds.map((_, n) => new Performer(client, `world${n}`));
  await Promise.all(performers.map((it, n) => it.perform(worlds[n]!.before)));
  const play = async (phase: (typeof phases)[number]) => {
    await Promise.all(performers.map((it, n) => it.play(worlds[n]!.acts[phases.indexOf(phase)]!)));
  };
  await migrateInSteps(sets, play, async () => void (await Promise.all(performers.map((it) => it.end()))));
  const [from, to] = [sets.source.client, sets.destination.client];
  const names = new Set([...(await userDatabases(from)), ...(await userDatabases(to))]);
  const found = await Promise.all([...names].map((it) => differencesOf(from.db(it), to.db(it))));
  const { differences } = await compareDeployments(sets.source.uri, sets.destination.uri);
  return [...found.flat(), ...differences.map((it) => `${it.namespace}: ${it.what}: ${it.detail}`)];
}

test('random operations', async (t) => {
  const sets = await startSets();
  t.after(() => sets.end());
  t.diagnostic(`SEED=${seed}`);
  let until = Date.now() + BUDGET_MS;
  let failed = false;
  let runs = 0;
  let count = 0;
  const property = fc.asyncProperty(fc.array(world, { minLength: 1, maxLength: 12, size: 'max' }), async (worlds) => {
    // Between two runs: fast-check's own limit would leave the migration of the last one running.
    if (Date.now() > until) throw new fc.PreconditionFailure(true);
    runs++;
    count += worlds.length;
    try {
      assert.deepEqual(await differencesAfter(sets, worlds), []);
    } catch (error) {
      if (!failed) until = Date.now() + SHRINKING_MS;
      failed = true;
      throw error;
    }
  });
  await fc.assert(property, { seed, path: SHRINK_PATH, numRuns: long ? 10_000 : 4 });
  t.diagnostic(`${runs} migrations of ${count} sequences`);
});
