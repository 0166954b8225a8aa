import { setTimeout as wait } from 'node:timers/promises';
import { compareDeployments } from '../../../src/migration/index.ts';
import { until } from '../../wait.ts';
import { differencesOf, userDatabases } from '../equal.ts';
import { seed, startWriter, type Writer } from '../writer.ts';
import { diagnose } from './diagnose.ts';
import { type Random, seeded } from './random.ts';
import { lines, patiently, startWorld, type Victim, victims, type World } from './world.ts';

export interface ChaosOptions {
  seed: number;
  kills: number;
  perMigration: number;
  sourceMembers: number;
  documents: number;
  maxRate: string;
  /** Where the agent reads the changes; absent, where it does by itself. */
  changes?: string;
  /** No migration begins after so long; without it, all kills happen. */
  minutes?: number;
  say(line: string): void;
  log?(line: string): void;
}

export interface Outcome {
  kills: number;
  migrations: number;
  byKind: Record<string, number>;
  byPhase: Record<string, number>;
  /** Empty when every migration ended, and with equal content. */
  differences: string[];
}

type Phase = 'copying' | 'indexing' | 'tailing' | 'cutover';
const order = ['preparing', 'copying', 'indexing', 'tailing', 'cutover', 'verifying', 'done'];

/** How the kills of one migration are shared out; of the last of each there is more than enough. */
function plan(count: number): Phase[] {
  const share = (part: number) => Math.max(1, Math.round(count * part));
  const phases: [Phase, number][] = [
    ['copying', share(0.35)],
    ['indexing', share(0.15)],
    ['tailing', share(0.3)],
    ['cutover', share(0.2)],
  ];
  return phases.flatMap(([phase, n]) => Array<Phase>(n).fill(phase)).slice(0, Math.max(count, 4));
}

/** Migrations one after the other while everything they rest on is killed at random moments; equal afterwards, or told. */
export async function runChaos(o: ChaosOptions): Promise<Outcome> {
  const world = await startWorld(o);
  const outcome: Outcome = { kills: 0, migrations: 0, byKind: {}, byPhase: {}, differences: [] };
  const random = seeded(o.seed);
  const until = Date.now() + (o.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  try {
    while (outcome.kills < o.kills && !outcome.differences.length && Date.now() < until) {
      outcome.migrations++;
      const count = Math.min(o.perMigration, o.kills - outcome.kills);
      // One that failed or stood still is told with all that was counted until then.
      await new Round(world, random, outcome, o).run(plan(count)).catch((error) => {
        outcome.differences.push(String(error.stack));
      });
    }
    if (outcome.differences.length) o.say(`What the agent said and held open: ${await world.evidence()}`);
    return outcome;
  } finally {
    await world.end();
  }
}

class Round {
  private readonly world: World;
  private readonly random: Random;
  private readonly outcome: Outcome;
  private readonly options: ChaosOptions;
  private readonly began = Date.now();
  private id = '';
  private state: { phase: string; status: string; ready: boolean; error?: string } = {
    phase: '',
    status: '',
    ready: false,
  };
  /** What is being started again. */
  private readonly mending = new Map<string, Promise<void>>();

  constructor(world: World, random: Random, outcome: Outcome, options: ChaosOptions) {
    this.world = world;
    this.random = random;
    this.outcome = outcome;
    this.options = options;
  }

  async run(phases: readonly Phase[]): Promise<void> {
    const { client } = this.world.source;
    // What the migration before left on the destination would stand in the way of names that come up later.
    for (const side of [client, this.world.destination.client]) {
      for (const it of await userDatabases(side)) await side.db(it).dropDatabase();
    }
    await seed(client, this.options.documents);
    await client
      .db('app')
      .collection('orders')
      .createIndexes(['fill', 'list', 'n', 'nested.list.x'].map((it) => ({ key: { [it]: 1 } })));
    const writer = startWriter(client, this.options.documents, true, true);
    try {
      await this.migrate(phases, writer);
    } finally {
      // It writes to what is about to be gone, whatever cannot be started again.
      const stopped = writer.stop();
      await Promise.all(this.mending.values()).finally(() => stopped);
    }
  }

  private async migrate(phases: readonly Phase[], writer: Writer): Promise<void> {
    const { world } = this;
    const base = `/groups/${world.groupId}/liveMigrations`;
    const request = {
      source: { groupId: world.projectId, clusterName: 'shop', managedAuthentication: true, ssl: false },
      destination: { groupId: world.groupId, clusterName: 'target', hostnameSchemaType: 'PUBLIC' },
      migrationHosts: ['mover'],
      dropDestinationData: true,
    };
    this.id = (await world.api.call('POST', base, request))._id;
    const before = phases.filter((it) => it !== 'cutover');
    for (const phase of before) {
      await this.reach(phase);
      await wait(phase === 'indexing' ? this.random.between(0, 150) : this.random.between(200, 1_500));
      await this.strike();
    }
    // How fast it catches up with a writer is measured elsewhere, on a machine that does nothing else.
    await writer.stop();
    await Promise.all(this.mending.values());
    await this.built();
    await this.look(() => this.state.ready);
    await world.api.call('PUT', `${base}/${this.id}/cutover`);
    for (const _ of phases.filter((it) => it === 'cutover')) {
      await wait(this.random.between(0, 500));
      await this.see();
      if (this.state.status === 'COMPLETE') break;
      await this.strike('cutover');
    }
    await this.look(() => this.state.status === 'COMPLETE');
    await Promise.all(this.mending.values());
    const differences = await this.compare();
    this.outcome.differences.push(...differences);
    const seconds = Math.round((Date.now() - this.began) / 1_000);
    this.options.say(
      `migration ${this.outcome.migrations}: ${differences.length} differences after ${writer.writes} rounds of writes, ${seconds} s`,
    );
  }

  /** An index that the source still builds, though nobody waits for it any more, is a write that has not come to its end. */
  private async built(): Promise<void> {
    const db = this.world.source.client.db('app');
    const building = async () => {
      const { cursor } = await db.command({ listIndexes: 'orders', includeBuildUUIDs: true });
      return cursor.firstBatch.filter((it: { buildUUID?: unknown }) => it.buildUUID);
    };
    await until(
      () => patiently(building),
      (it) => !it.length,
      120_000,
    );
  }

  private async compare(): Promise<string[]> {
    const { source, destination } = this.world;
    const found = (await compareDeployments(source.uri, destination.uri)).differences.map(
      (it) => `${it.namespace}: ${it.what}: ${it.detail}`,
    );
    const names = new Set([...(await userDatabases(source.client)), ...(await userDatabases(destination.client))]);
    for (const it of names) found.push(...(await differencesOf(source.client.db(it), destination.client.db(it))));
    if (found.length) found.push(...(await diagnose(source.client, destination.client)));
    return found;
  }

  private async see(): Promise<void> {
    this.world.check();
    const path = `/groups/${this.world.groupId}/liveMigrations/${this.id}`;
    const it = await patiently(() => this.world.api.own('GET', path));
    this.state = {
      phase: it.progress?.phase ?? 'preparing',
      status: it.status,
      ready: it.readyForCutover,
      error: it.errorMessage,
    };
    if (it.status === 'FAILED' || it.status === 'EXPIRED') {
      await Promise.all(this.mending.values());
      const told = await diagnose(this.world.source.client, this.world.destination.client);
      throw new Error([`the migration ended as ${it.status}: ${it.errorMessage}`, ...told].join('\n  '));
    }
  }

  private async look(wanted: () => boolean): Promise<void> {
    await until(
      async () => {
        await this.see();
        return this.state;
      },
      wanted,
      240_000,
    );
  }

  /** In this phase or a later one; a phase may be over before it is seen. */
  private reach(phase: Phase): Promise<void> {
    return this.look(() => order.indexOf(this.state.phase) >= order.indexOf(phase));
  }

  private async strike(phase?: string): Promise<void> {
    const { random } = this;
    const cuts = random.next() < 0.35;
    const what = cuts ? random.pick(lines) : random.pick(victims);
    await this.mending.get(what);
    await this.mending.get('telamon');
    if (!phase) await this.see();
    const at = phase ?? this.state.phase;
    const pause = random.between(0, 1_500);
    const how = random.next() < 0.25 ? 'silence' : 'reset';
    if (cuts) {
      const mend = this.world.cut(what as (typeof lines)[number], how);
      this.mend(what, async () => {
        await wait(pause);
        mend();
      });
    } else {
      const start = await this.world.kill(what as Victim);
      this.mend(what, async () => {
        await wait(pause);
        await start();
      });
    }
    const { outcome } = this;
    outcome.kills++;
    const kind = cuts ? `cut ${what} (${how})` : `kill ${what}`;
    outcome.byKind[kind] = (outcome.byKind[kind] ?? 0) + 1;
    outcome.byPhase[at] = (outcome.byPhase[at] ?? 0) + 1;
    this.options.say(`${String(outcome.kills).padStart(4)}  ${at.padEnd(9)}  ${kind}, back after ${pause} ms`);
  }

  private mend(what: string, work: () => Promise<void>): void {
    const mending = work();
    // Whoever waits for it hears of a failure.
    mending.catch(() => {});
    this.mending.set(what, mending);
  }
}
