// Kills of Telamon and of members, at random moments, while writers with majority concern run against real clusters.
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { atlas } from '../../demo/atlas.ts';
import { type Child, telamon } from '../../demo/children.ts';
import { ADMIN } from '../../src/areas/clusters/model.ts';
import { freePort } from '../../src/mongod/index.ts';
import { majorityWriter } from '../clusters/majority-writer.ts';
import { replicaSet } from '../places.ts';
import { processesWith } from '../unhappy/children.ts';
import { until } from '../wait.ts';
import { visitors } from './visitors.ts';

export interface ChaosOptions {
  /** An empty directory of its own, by which everything that runs is found again. */
  dir: string;
  seed: number;
  seconds: number;
  /** Members of each cluster. */
  clusters: readonly number[];
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
}

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

export async function chaos({ dir, seed, seconds, clusters, say }: ChaosOptions): Promise<ChaosOutcome> {
  const random = randomOf(seed);
  const data = join(dir, 'data');
  const port = String(await freePort());
  const args = ['up', '--json', '--port', port, '--no-rate-limits', '--data', data];
  const kills: Record<string, number> = {};
  let child: Child | undefined;
  const start = async () => {
    child = telamon(args, () => {});
    return JSON.parse(await child.line((text) => text.startsWith('{')));
  };
  const kill = async () => {
    const ended = once(child!.process, 'exit');
    child!.process.kill('SIGKILL');
    await ended;
  };
  const owner = await start();
  const api = atlas(owner.url, owner.url, owner);
  const writers: Awaited<ReturnType<typeof majorityWriter>>[] = [];
  try {
    const { id: groupId } = await api.call('POST', '/groups', { name: 'chaos', orgId: owner.orgId });
    const path = `/groups/${groupId}/clusters`;
    const roles = ['atlasAdmin'].map((roleName) => ({ databaseName: 'admin', roleName }));
    await api.call('POST', `/groups/${groupId}/databaseUsers`, { ...USER, databaseName: 'admin', roles });
    const names = clusters.map((_, n) => `c${n}`);
    for (const [n, name] of names.entries()) await api.call('POST', path, replicaSet(name, clusters[n]!));
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
    for (const it of found) {
      const writer = await majorityWriter(uriOf(it), 10);
      writers.push(writer);
      await until(
        () => writer.count,
        (count) => count > 0,
      );
    }

    const guests = await visitors({ url: owner.url, data, groupId, api }, [ADMIN, USER.username]);
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
          await kill();
          await wait(random.below(500));
          await start();
        },
      ],
      [
        'both',
        async () => {
          const n = random.below(ids.length);
          note('both', names[n]);
          const all = membersOf(ids[n]!);
          await kill();
          for (const it of all) if (it.pid) process.kill(it.pid, 'SIGKILL');
          await start();
        },
      ],
      [
        'change',
        async () => {
          const n = random.below(ids.length);
          note('change', names[n]);
          const size = random.of(['M10', 'M20']);
          const [spec] = replicaSet('x', random.of([clusters[n]!, 3])).replicationSpecs;
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
          const [n] = clusters.map((count, at) => (count >= 3 ? at : -1)).filter((at) => at >= 0);
          if (n === undefined) return;
          // Only while all others have the data: two that lose it at once are more than a majority can bear.
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
      await random.of(acts)[1]();
      await wait(200 + random.below(Math.min(4_000, seconds * 60)));
    }
    const settling = Date.now();
    for (const n of names.keys()) await whole(n);
    const last = await allIdle();
    const settledMs = Date.now() - settling;
    const lost: Record<string, number[]> = {};
    let acknowledged = 0;
    for (const [n, writer] of writers.entries()) {
      const outcome = await writer.verify(uriOf(last[n]!));
      acknowledged += outcome.acknowledged;
      if (outcome.lost.length) lost[names[n]!] = outcome.lost;
    }
    // The last grant ends by then, and what it opened.
    const leaked = await guests.leaked(last.map((it) => ({ id: it.id, uri: uriOf(it) })));
    const outlived = await guests.outlived();
    for (const name of names) await api.call('DELETE', `${path}/${name}`);
    await until(
      async () => (await api.call('GET', path)).totalCount,
      (it) => it === 0,
      60_000,
    );
    await child!.stop();
    return { kills, acknowledged, lost, orphans: processesWith(dir), leaked, outlived, settledMs };
  } finally {
    for (const writer of writers) await writer.stop();
    await child?.stop();
    for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
  }
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
