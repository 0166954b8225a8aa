import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compareDeployments } from '../../src/migration/index.ts';
import { differencesOf, userDatabases } from './equal.ts';
import { clear, migrate, ready, type Sets } from './fixture.ts';
import { startProxy } from './proxy.ts';
import { type Phase, phases, type Scenario, type Stage } from './scenario.ts';

export interface Named extends Scenario {
  name: string;
  phases: readonly Phase[];
}

/** Every file of `scenarios/` exports one, called `scenario`. Unless in `all` phases, each is played in one of the copy. */
export async function allScenarios(all: boolean): Promise<Named[]> {
  const files = globSync(join(import.meta.dirname, 'scenarios', '*.ts')).sort();
  return Promise.all(
    files.map(async (file, at) => {
      const { scenario } = (await import(pathToFileURL(file).href)) as { scenario: Scenario };
      const some: Phase[] = [at % 2 ? 'copying' : 'listed', 'following'];
      return { ...scenario, name: basename(file, '.ts'), phases: all ? phases : some };
    }),
  );
}

/** Database names bear the scenario's, so a difference tells where it comes from. They take 63 bytes at most. */
const databaseOf = (name: string, phase: Phase): string => `${name.slice(0, 44)}-${phase}`;

const stageOf = (sets: Sets, { name }: Named, phase: Phase): Stage => {
  const { client } = sets.source;
  const base = databaseOf(name, phase);
  return { phase, client, db: client.db(base), other: (more) => client.db(`${base}-${more}`) };
};

type Later = (() => Promise<void>) | undefined;

/** What is wrong after all of these ran together in one migration, by scenario; those without a fault are absent. */
export async function runTogether(sets: Sets, scenarios: readonly Named[]): Promise<Map<string, string[]>> {
  await clear(sets);
  // What one phase leaves to be done in the next.
  let later: Later[] = [];
  const each = async (work: (it: Named, at: number) => Promise<Later>): Promise<Later[]> =>
    Promise.all(scenarios.map((it, at) => work(it, at)));
  const seeds = new Map<Phase, Later[]>();
  for (const phase of phases)
    seeds.set(
      phase,
      await each(async (it) => (it.phases.includes(phase) ? it.seed?.(stageOf(sets, it, phase)) : undefined)),
    );
  const play = async (phase: Phase) => {
    const [begun, ended] = [seeds.get(phase)!, later];
    later = await each(async (it, at) => {
      await begun[at]?.();
      await ended[at]?.();
      return it.phases.includes(phase) ? it.body?.(stageOf(sets, it, phase)) : undefined;
    });
  };
  await migrateInSteps(sets, play, async () => void (await Promise.all(later.map((it) => it?.()))));
  for (const it of scenarios) for (const phase of it.phases) await it.after?.(stageOf(sets, it, phase));
  return faults(sets, scenarios);
}

/** One migration that is held while the bodies of a phase run, however long they take. */
export async function migrateInSteps(sets: Sets, play: (phase: Phase) => Promise<void>, before: () => Promise<void>) {
  const line = await startProxy(sets.destination.spec.port);
  const migration = migrate(sets, { destination: sets.destination.through(line.port) });
  try {
    const done = migration.run();
    await migration.until((p) => {
      if (p.phase !== 'copying') return false;
      line.hold();
      return true;
    });
    await play('listed');
    const half = line.holdAfter(Math.max(1, migration.progress().bytesTotal / 2));
    line.release();
    await Promise.race([half, migration.until((p) => p.phase === 'tailing')]);
    await play('copying');
    line.release();
    await migration.until(ready);
    await play('following');
    await before();
    migration.cutover();
    await done;
  } finally {
    await migration.stop();
    await line.close();
  }
}

async function faults(sets: Sets, scenarios: readonly Named[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const note = (database: string, fault: string) => {
    const owner = scenarios.find((it) => phases.some((phase) => database.startsWith(databaseOf(it.name, phase))));
    const name = owner?.name ?? database;
    found.set(name, [...(found.get(name) ?? []), fault]);
  };
  const [source, destination] = [sets.source.client, sets.destination.client];
  const names = new Set([...(await userDatabases(source)), ...(await userDatabases(destination))]);
  for (const name of names) {
    for (const it of await differencesOf(source.db(name), destination.db(name))) note(name, it);
  }
  for (const it of (await compareDeployments(sets.source.uri, sets.destination.uri)).differences) {
    note(it.namespace, `${it.namespace}: ${it.what}: ${it.detail}`);
  }
  for (const it of scenarios) {
    for (const phase of it.phases) {
      const name = databaseOf(it.name, phase);
      await it.check?.(source.db(name), destination.db(name), phase).catch((error: Error) => note(name, error.message));
    }
  }
  return found;
}

/** As `runTogether`, but a scenario that breaks the whole migration is found by halving. */
export async function runScenarios(sets: Sets, scenarios: readonly Named[]): Promise<Map<string, string[]>> {
  try {
    return await runTogether(sets, scenarios);
  } catch (error) {
    if (scenarios.length === 1) return new Map([[scenarios[0]!.name, [String(error)]]]);
    const half = Math.ceil(scenarios.length / 2);
    const first = await runScenarios(sets, scenarios.slice(0, half));
    const second = await runScenarios(sets, scenarios.slice(half));
    const all = new Map([...first, ...second]);
    if (!all.size) all.set(scenarios[0]!.name, [`only in company: ${String(error)}`]);
    return all;
  }
}
