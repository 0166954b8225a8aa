import { setTimeout as wait } from 'node:timers/promises';
import type { Document } from 'mongodb';
import type { Vault } from '../../base/secrets.ts';
import {
  type Admin,
  direct,
  ensureReplicaSet,
  type MemberFailed,
  reshapeReplicaSet,
  type Host as SetHost,
  stepDown,
  untilHealthy,
  untilPrimary,
} from '../../mongod/index.ts';
import type { Host } from './host.ts';
import { assign } from './layout.ts';
import { ADMIN, type Cluster, type Member, replSetOf, type Slot } from './model.ts';
import type { Found, Notes } from './provider.ts';
import { hostOf } from './questions.ts';
import { endHung } from './silence.ts';
import { tune } from './tune.ts';

export interface Rollout {
  host: Host;
  vault: Vault;
  notes: Notes;
  signal: AbortSignal;
}

/**
 * Brings the members of one cluster to the places that are wanted. Every step may be the last: what it did is found
 * again by the next pass. At every moment a majority runs, and a member is stopped only when the others are healthy.
 */
export async function rollOut(on: Rollout, cluster: Cluster, slots: readonly Slot[]): Promise<Found | undefined> {
  const { signal, host, notes } = on;
  const note = async (members: Member[]) => {
    if (JSON.stringify(members) === JSON.stringify(cluster.status.members)) return;
    cluster.status.members = members;
    await notes.members(members);
    signal.throwIfAborted();
  };
  await note(await placed(on, cluster, slots));
  if (cluster.spec.paused) return pause(on, cluster);

  await endHung(host, cluster);
  signal.throwIfAborted();
  const wasDown = cluster.status.members.some((it) => !host.isRunning(cluster, it));
  await startMembers(on, cluster, note);
  signal.throwIfAborted();
  const set = setOf(on, cluster);
  if (!cluster.status.formed) await ensureReplicaSet(set(staying(cluster)));
  else if (wasDown) await wakeUp(on, cluster);
  await reshapeReplicaSet(set(cluster.status.members), staying(cluster).map(hostOf), signal);
  for (const member of cluster.status.members.filter((it) => it.leaving)) await host.remove(cluster, member);
  await note(staying(cluster));
  await untilHealthy(set(cluster.status.members));
  await restartStale(on, cluster);
  await restartAsked(on, cluster);
  const failovers = await failOver(on, cluster);
  const changed = cluster.status.revision !== cluster.revision;
  const found = await tune(set(cluster.status.members), cluster, { version: host.version, again: wasDown || changed });
  signal.throwIfAborted();
  return { mongoDBVersion: host.version, failovers, ...found };
}

const staying = (cluster: Cluster) => cluster.status.members.filter((it) => !it.leaving);

const setOf = ({ vault }: Rollout, cluster: Cluster) => {
  const admin: Admin = { user: ADMIN, password: vault.open(cluster.sealed.adminPassword, cluster._id) };
  return (members: readonly Member[]) => ({ replSet: replSetOf(cluster), members: members.map(hostOf), admin });
};

/** The members that are there, with what changes about them, and those that come. */
async function placed({ host }: Rollout, cluster: Cluster, slots: readonly Slot[]): Promise<Member[]> {
  // The data directory may have been moved since.
  const members = cluster.status.members.map((it) => (it.caFile && host.caFile ? { ...it, caFile: host.caFile } : it));
  const { assigned, free } = assign(members, slots);
  const taken = new Set(assigned.map((it) => it.port));
  const numberOf = (name: string) => Number(/\d+$/.exec(name)![0]);
  let next = Math.max(-1, ...assigned.map((it) => numberOf(it.name))) + 1;
  const fresh: Member[] = [];
  for (const slot of free) {
    const member = await host.place(cluster, `${cluster.name.toLowerCase()}-${next++}`, slot, taken);
    taken.add(member.port);
    fresh.push(member);
  }
  return [...assigned, ...fresh];
}

/** Everybody ends in peace: secondaries first, so that the primary need not give its place to one that goes next. */
async function pause({ host }: Rollout, cluster: Cluster): Promise<undefined> {
  const running = cluster.status.members.filter((it) => host.isRunning(cluster, it));
  await Promise.all(running.slice(1).map((it) => host.stop(cluster, it)));
  await Promise.all(running.slice(0, 1).map((it) => host.stop(cluster, it)));
}

async function startMembers(
  { host }: Rollout,
  cluster: Cluster,
  note: (members: Member[]) => Promise<void>,
): Promise<void> {
  const before = cluster.status.members;
  const started = await Promise.allSettled(before.map((it) => host.start(cluster, it)));
  const members: Member[] = [];
  for (const [n, outcome] of started.entries()) {
    const member = before[n]!;
    const taken = outcome.status === 'rejected' && (outcome.reason as MemberFailed).code === 'PORT_IN_USE';
    // Once the replica set knows a member by its port, that port must become free again.
    const movable = taken && !cluster.status.formed;
    const ports = new Set(before.map((it) => it.port));
    members.push(movable ? await host.place(cluster, member.name, member, ports) : member);
  }
  await note(members);
  const failure = started.find((it) => it.status === 'rejected');
  if (failure) throw failure.reason;
}

const WAKE_MS = 5_000;

/**
 * Has the preferred member stand for election at once: members that were all started just now would each wait for the
 * whole election timeout first. An election that is not wanted, or that the member cannot win, changes nothing.
 */
async function wakeUp(on: Rollout, cluster: Cluster): Promise<void> {
  const voters = cluster.status.members.filter((it) => it.votes);
  const { admin, members } = setOf(on, cluster)(voters);
  let blank: Member[] = [];
  for (const until = performance.now() + WAKE_MS; performance.now() < until; await wait(100)) {
    on.signal.throwIfAborted();
    const said = await hellos(members);
    if (said.some((it) => it?.isWritablePrimary)) return;
    blank = voters.filter((_, n) => said[n] && !said[n].setName);
    const able = members.filter((_, n) => said[n]?.secondary);
    if (members.length === 1 || able.length * 2 <= members.length) continue;
    // It may be behind the others, or an election may be under way: both end by themselves.
    await direct(able[0]!, admin, (client) => client.db('admin').command({ replSetStepUp: 1 })).catch(() => {});
  }
  // Forming the set anew would give an empty cluster in the place of the lost one, without a word.
  if (blank.length * 2 > voters.length)
    throw new Error(
      `A majority of the members has no data (${blank.map((it) => it.name)}). Put their directories back, or delete the cluster.`,
    );
}

/** What each of them says of itself; nothing where it does not answer. */
async function hellos(members: readonly SetHost[]): Promise<(Document | undefined)[]> {
  const asked = await Promise.allSettled(
    members.map((it) => direct(it, undefined, (client) => client.db('admin').command({ hello: 1 }))),
  );
  return asked.map((it) => (it.status === 'fulfilled' ? it.value : undefined));
}

async function primaryOf(on: Rollout, cluster: Cluster): Promise<Member> {
  const primary = await untilPrimary(setOf(on, cluster)(cluster.status.members));
  return cluster.status.members.find((it) => it.port === primary.port)!;
}

/** Gives the primary's place to another member where there is one that can take it. */
async function yieldPrimary(on: Rollout, cluster: Cluster, primary: Member): Promise<void> {
  if (cluster.status.members.filter((it) => it.votes).length < 2) return;
  const { admin } = setOf(on, cluster)([]);
  await direct(hostOf(primary), admin, stepDown);
}

async function restart(on: Rollout, cluster: Cluster, member: Member): Promise<void> {
  await on.host.stop(cluster, member);
  await on.host.start(cluster, member);
  await untilHealthy(setOf(on, cluster)(cluster.status.members));
  on.signal.throwIfAborted();
}

/** Members whose options are no longer those that are wanted, one by one, the primary last. */
async function restartStale(on: Rollout, cluster: Cluster): Promise<void> {
  // A change that nobody has asked for (another version of this program) waits for the next one that somebody does,
  // unless it shuts somebody out.
  const asked = cluster.status.revision !== cluster.revision;
  const isStale = (it: Member) => (asked ? !on.host.isCurrent(cluster, it) : on.host.isUnsafe(cluster, it));
  const stale = () => cluster.status.members.filter(isStale);
  while (stale().length) {
    const primary = await primaryOf(on, cluster);
    const next = stale().find((it) => it !== primary);
    if (!next) await yieldPrimary(on, cluster, primary);
    await restart(on, cluster, next ?? primary);
  }
}

/** Members that somebody wants restarted, the primary as after its place was given to another. */
async function restartAsked(on: Rollout, cluster: Cluster): Promise<void> {
  for (const name of cluster.restarts ?? []) {
    const member = cluster.status.members.find((it) => it.name === name);
    const primary = await primaryOf(on, cluster);
    if (member === primary) await yieldPrimary(on, cluster, primary);
    if (member) await restart(on, cluster, member);
    await on.notes.restarted(name);
  }
}

/** As many failovers as have been asked for: the primary gives up its place and starts anew. */
async function failOver(on: Rollout, cluster: Cluster): Promise<number> {
  const { failovers } = cluster.spec;
  if (cluster.status.failovers < failovers) {
    const primary = await primaryOf(on, cluster);
    await yieldPrimary(on, cluster, primary);
    await restart(on, cluster, primary);
  }
  return failovers;
}
