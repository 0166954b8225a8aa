// Kills and hangs of Telamon, of members and of an agent, at random moments, while writers with majority concern run against real clusters.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { atlas } from '../../demo/atlas.ts';
import { ADMIN } from '../../src/areas/clusters/model.ts';
import { freePort } from '../../src/mongod/index.ts';
import { majorityWriter } from '../clusters/majority-writer.ts';
import { patiently } from '../migration/chaos/world.ts';
import { replicaSet } from '../places.ts';
import { processesWith } from '../unhappy/children.ts';
import { until } from '../wait.ts';
import { createHung, createInstallation } from './installation.ts';
import { type Mover, startMover } from './mover.ts';
import { visitors } from './visitors.ts';

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

/** mulberry32: the same kills in the same order for the same seed; when exactly they hit, the machine decides. */
function randomOf(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (n: number) => Math.floor(next() * n),
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
  };
}

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
    const victim = (n: number) => random.of(membersOf(ids[n]!).filter((it) => it.pid));
    const note = (what: string, more = '') => {
      kills[what] = (kills[what] ?? 0) + 1;
      say(`${what} ${more}`);
    };
    const acts: [what: string, act: () => Promise<void>][] = [
      [
        'member',
        async () => {
          const n = random.below(ids.length);
          const it = victim(n);
          if (it?.pid) process.kill(it.pid, 'SIGKILL');
          note('member', names[n]);
        },
      ],
      [
        'telamon',
        async () => {
          note('telamon');
          await server.kill();
          await wait(random.below(500));
          await server.start();
        },
      ],
      [
        'hung telamon',
        async () => {
          note('hung telamon');
          hung.hang(server.pid, 500 + random.below(20_000));
        },
      ],
      [
        'hung member',
        async () => {
          const n = random.below(ids.length);
          // The longest outlast the minute after which a member is taken to be lost.
          const ms = random.of([2_000, 8_000, 20_000, 90_000]);
          note('hung member', `${names[n]} ${ms} ms`);
          const it = victim(n);
          if (it?.pid) hung.hang(it.pid, ms);
        },
      ],
      [
        'agent',
        async () => {
          note('agent');
          await mover!.kill();
        },
      ],
      [
        'hung agent',
        async () => {
          note('hung agent');
          hung.hang(mover!.pid, 500 + random.below(20_000));
        },
      ],
      [
        'both',
        async () => {
          const n = random.below(ids.length);
          note('both', names[n]);
          const all = membersOf(ids[n]!);
          await server.kill();
          for (const it of all) if (it.pid) process.kill(it.pid, 'SIGKILL');
          await server.start();
        },
      ],
      [
        'change',
        async () => {
          const n = random.below(ids.length);
          note('change', names[n]);
          const size = random.of(['M10', 'M20']);
          const [spec] = replicaSet('x', random.of([counts[n]!, 3])).replicationSpecs;
          spec!.regionConfigs[0]!.electableSpecs.instanceSize = size;
          // Telamon may just be down, or the cluster busy with the change before: both are part of it.
          await api.call('PATCH', `${path}/${names[n]}`, { replicationSpecs: [spec] }).catch(() => {});
        },
      ],
      [
        'user',
        async () => {
          note('user');
          await guests.user(random.below(3));
        },
      ],
      [
        'grant',
        async () => {
          const n = random.below(ids.length);
          note('grant', names[n]);
          await guests.grant({ name: names[n]!, id: ids[n]! }, 1 + random.below(5));
        },
      ],
      [
        'wiped member',
        async () => {
          const [n] = counts.map((count, at) => (count >= 3 ? at : -1)).filter((at) => at >= 0);
          if (n === undefined) return;
          // Only while all others have the data: two that lose it at once are more than a majority can bear, and one
          // that hangs looks well to the others for a while.
          hung.wakeAll();
          await whole(n);
          const it = victim(n);
          if (!it?.pid) return;
          note('wiped member', names[n]);
          process.kill(it.pid, 'SIGKILL');
          rmSync(it.dbPath, { recursive: true, force: true });
          await whole(n);
        },
      ],
    ];
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

/** Whether as many members as were asked for are there, and each of them has all the data. */
async function isWhole(uri: string, cluster: { replicationSpecs: Wanted[] }): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  try {
    const { members } = await client.db('admin').command({ replSetGetStatus: 1 });
    const healthy = (members as { stateStr: string }[]).filter((it) => /^(PRIMARY|SECONDARY)$/.test(it.stateStr));
    const wanted = cluster.replicationSpecs[0]!.regionConfigs[0]!.electableSpecs.nodeCount;
    return healthy.length === wanted && members.length === wanted;
  } catch {
    // Nobody answers at this moment, or no longer; it is asked again.
    return false;
  } finally {
    await client.close();
  }
}

interface Wanted {
  regionConfigs: { electableSpecs: { nodeCount: number } }[];
}

function dbPathOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return line[line.indexOf('--dbpath') + 1];
  } catch {
    // It ended in this moment.
    return undefined;
  }
}
