// What befalls an installation in a run of chaos.
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Atlas } from '../../demo/atlas.ts';
import { replicaSet } from '../places.ts';
import type { createHung, Installation } from './installation.ts';
import type { Mover } from './mover.ts';
import type { visitors } from './visitors.ts';

/** mulberry32: the same kills in the same order for the same seed; when exactly they hit, the machine decides. */
export function randomOf(seed: number) {
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

export interface Stage {
  random: ReturnType<typeof randomOf>;
  /** Of the clusters, and how many members each has. */
  names: readonly string[];
  ids: readonly string[];
  counts: readonly number[];
  api: Atlas;
  /** Of the clusters of the project. */
  path: string;
  membersOf(id: string): { dbPath: string; pid: number | undefined }[];
  /** Resolves when a cluster has all its members, and each of them the data. */
  whole(n: number): Promise<unknown>;
  server: Installation;
  hung: ReturnType<typeof createHung>;
  mover: Mover;
  guests: Awaited<ReturnType<typeof visitors>>;
  note(what: string, more?: string): void;
}

/** By name, each as likely as the others. */
export function actsOn({
  random,
  names,
  ids,
  counts,
  api,
  path,
  membersOf,
  whole,
  server,
  hung,
  mover,
  guests,
  note,
}: Stage): [what: string, act: () => Promise<void>][] {
  const victim = (n: number) => random.of(membersOf(ids[n]!).filter((it) => it.pid));
  return [
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
        await mover.kill();
      },
    ],
    [
      'hung agent',
      async () => {
        note('hung agent');
        hung.hang(mover.pid, 500 + random.below(20_000));
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
}
