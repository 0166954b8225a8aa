// Kills and hangs of Telamon, of members and of an agent, at random moments, while writers with majority concern run against real clusters.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { atlas } from '../../demo/atlas.ts';
import { ADMIN } from '../../src/areas/clusters/model.ts';
import { freePort } from '../../src/mongod/index.ts';
import { majorityWriter } from '../clusters/majority-writer.ts';
import { patiently } from '../migration/chaos/world.ts';
import { replicaSet } from '../places.ts';
import { processesWith } from '../unhappy/children.ts';
import { until } from '../wait.ts';
import { actsOn, randomOf } from './acts.ts';
import { createHung, createInstallation } from './installation.ts';
import { type Mover, startMover } from './mover.ts';
import { visitors } from './visitors.ts';
import { dbPathOf, isWhole } from './whole.ts';

export interface ChaosOptions {
  /** An empty directory of its own, by which everything that runs is found again. */
  dir: string;
  seed: number;
  seconds: number;
  /** Members of each cluster. */
  clusters: readonly number[];
  /** What an agent migrates into one more cluster meanwhile. */
  migrated: { megabytes: number; maxRate: string };
  say(line: string): void;
}

export interface ChaosOutcome {
  kills: Record<string, number>;
  acknowledged: number;
  /** Numbers of acknowledged writes that are not there, by cluster. */
  lost: Record<string, number[]>;
  /** Processes that run though nothing should. */
  orphans: number[];
  /** Users on a cluster that nobody wants. */
  leaked: string[];
  /** Sessions of staff that got in after their grant had ended. */
  outlived: number;
  /** How long it took from the last kill until every cluster was IDLE. */
  settledMs: number;
  /** What Telamon said each time that it did not start. */
  failedStarts: string[];
  /** What else went wrong; the rest of the run is told all the same. */
  mishaps: string[];
}

export const isBroken = (it: ChaosOutcome): boolean =>
  Object.keys(it.lost).length +
    it.orphans.length +
    it.leaked.length +
    it.outlived +
    it.failedStarts.length +
    it.mishaps.length >
  0;

const USER = { username: 'writer', password: 'chaos-password' };

export async function chaos(o: ChaosOptions): Promise<ChaosOutcome> {
  const { dir, seed, seconds, clusters, migrated, say } = o;
  const random = randomOf(seed);
  const data = join(dir, 'data');
  const port = String(await freePort());
  const server = createInstallation(['up', '--json', '--port', port, '--no-rate-limits', '--data', data], say);
  const outcome: ChaosOutcome = {
    ...{ kills: {}, acknowledged: 0, lost: {}, orphans: [], leaked: [], outlived: 0, settledMs: 0, mishaps: [] },
    failedStarts: server.failedStarts,
  };
  const { kills } = outcome;
  /** What goes wrong in one part is told, and keeps no other part from being looked at. */
  const part = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      say(`${what}: ${(error as Error).message}`);
      outcome.mishaps.push(`${what}: ${(error as Error).message}`);
    }
  };
  const hung = createHung();
  let mover: Mover | undefined;
  const writers: Awaited<ReturnType<typeof majorityWriter>>[] = [];
  try {
    const owner = await server.start();
    const api = atlas(owner.url, owner.url, owner);
    const { id: groupId } = await api.call('POST', '/groups', { name: 'chaos', orgId: owner.orgId });
    const path = `/groups/${groupId}/clusters`;
    const roles = ['atlasAdmin'].map((roleName) => ({ databaseName: 'admin', roleName }));
    await api.call('POST', `/groups/${groupId}/databaseUsers`, { ...USER, databaseName: 'admin', roles });
    const counts = [...clusters, 1];
    const names = counts.map((_, n) => `c${n}`);
    const target = names.at(-1)!;
    for (const [n, name] of names.entries()) await api.call('POST', path, replicaSet(name, counts[n]!));
    const seen = (name: string) => api.call('GET', `${path}/${name}`);
    const allIdle = () =>
      until(
        () => Promise.all(names.map(seen)).catch(() => []),
        (it) => it.length > 0 && it.every((one) => one.stateName === 'IDLE'),
        240_000,
      );
    const whole = (n: number) =>
      until(
        async () => {
          const it = await seen(names[n]!).catch(() => undefined);
          return it?.stateName === 'IDLE' && (await isWhole(uriOf(it), it));
        },
        (it) => it === true,
        240_000,
      );
    const membersOf = (id: string) => {
      const dirs = new Set(processesWith(join(data, 'clusters', id)).flatMap((pid) => dbPathOf(pid) ?? []));
      return [...dirs].map((dbPath) => ({ dbPath, pid: processesWith(dbPath)[0] }));
    };
    const found = await allIdle();
    const ids = found.map((it) => it.id as string);
    const uriOf = (it: { connectionStrings: { standard: string } }) =>
      it.connectionStrings.standard.replace('//', `//${USER.username}:${USER.password}@`);
    for (const it of found.slice(0, clusters.length)) {
      const writer = await majorityWriter(uriOf(it), 10);
      writers.push(writer);
      await until(
        () => writer.count,
        (count) => count > 0,
      );
    }

    const guests = await visitors({ url: owner.url, data, groupId, api }, [ADMIN, USER.username]);
    mover = await startMover({ dir, api, orgId: owner.orgId, groupId, cluster: target, ...migrated });
    const note = (what: string, more = '') => {
      kills[what] = (kills[what] ?? 0) + 1;
      say(`${what} ${more}`);
    };
    const acts = actsOn({ random, names, ids, counts, api, path, membersOf, whole, server, hung, mover, guests, note });
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end) {
      const [what, act] = random.of(acts);
      await part(what, act);
      await wait(200 + random.below(Math.min(4_000, seconds * 60)));
    }
    hung.wakeAll();
    await part('settling', async () => {
      const settling = Date.now();
      for (const n of names.keys()) await whole(n);
      await allIdle();
      outcome.settledMs = Date.now() - settling;
    });
    const last = await Promise.all(names.map((name) => patiently(() => seen(name))));
    const kept = async (name: string, looked: Promise<{ acknowledged: number; lost: number[] }>) => {
      const { acknowledged, lost } = await looked;
      outcome.acknowledged += acknowledged;
      if (lost.length) outcome.lost[name] = lost;
    };
    for (const [n, writer] of writers.entries())
      await part(`writes of ${names[n]}`, () => kept(names[n]!, writer.verify(uriOf(last[n]!))));
    await part('migration', () => kept(target, mover!.finish(uriOf(last.at(-1)!))));
    await part('visitors', async () => {
      // The last grant ends by then, and what it opened.
      outcome.leaked = await guests.leaked(last.map((it) => ({ id: it.id, uri: uriOf(it) })));
      outcome.outlived = await guests.outlived();
    });
    await part('removal', async () => {
      for (const name of names) await api.call('DELETE', `${path}/${name}`);
      await until(
        async () => (await api.call('GET', path)).totalCount,
        (it) => it === 0,
        120_000,
      );
    });
    await part('end', async () => {
      await mover!.end();
      await server.stop();
      outcome.orphans = processesWith(dir);
    });
  } catch (error) {
    outcome.mishaps.push((error as Error).stack ?? String(error));
  } finally {
    hung.wakeAll();
    for (const writer of writers) await writer.stop();
    await mover?.end();
    await server.stop();
    for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
  }
  return outcome;
}
