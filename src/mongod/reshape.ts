import { setTimeout as wait } from 'node:timers/promises';
import type { Document, MongoClient } from 'mongodb';
import { addressOf, codeName, direct, type Host, type SetSpec, untilPrimary } from './replica-set.ts';

export interface ConfigMember {
  _id: number;
  host: string;
  priority: number;
  votes: number;
  hidden?: boolean;
  tags?: Record<string, string>;
}

export interface SetConfig {
  version: number;
  members: ConfigMember[];
}

/** What comes next on the way from one configuration to another. */
export type Step =
  | { do: 'nothing' }
  /** The primary is leaving or no longer electable: another one must be elected first. */
  | { do: 'step down'; host: string }
  /** These must have caught up before they may vote. */
  | { do: 'wait'; hosts: string[] }
  | { do: 'configure'; members: ConfigMember[] };

/** A member as its configuration wants it; `_id` only where it is new. */
const asWanted = (it: Host, _id: number): ConfigMember => ({
  _id,
  host: addressOf(it),
  priority: it.priority ?? 1,
  votes: it.votes ?? 1,
  hidden: false,
  ...(it.tags ? { tags: it.tags } : {}),
});

const same = (a: ConfigMember, b: ConfigMember) =>
  a.priority === b.priority && a.votes === b.votes && print(a.tags) === print(b.tags);
const print = (tags: Record<string, string> = {}) => JSON.stringify(Object.entries(tags).sort());

/**
 * One step that mongod accepts and that keeps a majority at every moment: newcomers join without a vote, get it once
 * they have caught up, and only then do those leave whose places they take; votes change one at a time.
 */
export function nextStep(
  config: SetConfig,
  wanted: readonly Host[],
  seen: { primary: string; healthy: ReadonlySet<string> },
): Step {
  const { members } = config;
  const known = new Map(members.map((it) => [it.host, it]));
  let nextId = Math.max(-1, ...members.map((it) => it._id)) + 1;
  const fresh = wanted.filter((it) => !known.has(addressOf(it)));
  if (fresh.length)
    return {
      do: 'configure',
      members: [...members, ...fresh.map((it) => ({ ...asWanted(it, nextId++), priority: 0, votes: 0 }))],
    };
  const target = new Map(wanted.map((it) => [addressOf(it), asWanted(it, known.get(addressOf(it))!._id)]));
  const electing = members.find((it) => !it.votes && target.get(it.host)?.votes);
  if (electing) {
    if (!seen.healthy.has(electing.host)) return { do: 'wait', hosts: [electing.host] };
    return { do: 'configure', members: members.map((it) => (it === electing ? target.get(it.host)! : it)) };
  }
  const leaves = (it: ConfigMember) => !target.has(it.host) || (it.votes > 0 && !target.get(it.host)!.votes);
  // The primary last, when those that could only take its place for a moment are gone.
  const going = members.find((it) => leaves(it) && it.host !== seen.primary) ?? members.find(leaves);
  if (going) {
    if (going.host === seen.primary) return { do: 'step down', host: going.host };
    const others = members.filter((it) => it !== going);
    const stays = target.get(going.host);
    return { do: 'configure', members: stays ? [...others, stays].sort((a, b) => a._id - b._id) : others };
  }
  if (members.some((it) => !same(it, target.get(it.host)!)))
    return { do: 'configure', members: members.map((it) => target.get(it.host)!) };
  return { do: 'nothing' };
}

const STEP_DOWN_S = 30;

/** Has the primary make room for another one, as soon as one has caught up. */
export async function stepDown(client: MongoClient): Promise<void> {
  const command = { replSetStepDown: STEP_DOWN_S, secondaryCatchUpPeriodSecs: 20 };
  await client.db('admin').command(command);
}

async function look(client: MongoClient) {
  const admin = client.db('admin');
  const [{ config }, status] = await Promise.all([
    admin.command({ replSetGetConfig: 1 }),
    admin.command({ replSetGetStatus: 1 }),
  ]);
  const members = status.members as Document[];
  const primary = members.find((it) => it.stateStr === 'PRIMARY')?.name as string;
  const healthy = new Set(
    members.filter((it) => ['PRIMARY', 'SECONDARY'].includes(it.stateStr)).map((it) => it.name as string),
  );
  return { config: config as SetConfig, primary, healthy };
}

/** Changes in a set's state that end by themselves. */
const passing = new Set([
  'NewReplicaSetConfigurationIncompatible',
  'ConfigurationInProgress',
  'CurrentConfigNotCommittedYet',
  'NotWritablePrimary',
  'PrimarySteppedDown',
  'InterruptedDueToReplStateChange',
  'ExceededTimeLimit',
]);

/**
 * Brings the configuration of a set that runs to the `wanted` members, from wherever an earlier try was cut off. Ends early,
 * with an error, when it takes longer than `limitMs`; the next try goes on. `spec.members` are all by which it can be reached.
 */
export async function reshapeReplicaSet(
  spec: SetSpec,
  wanted: readonly Host[],
  signal: AbortSignal,
  limitMs = 120_000,
): Promise<void> {
  for (const until = performance.now() + limitMs; performance.now() < until; await wait(100)) {
    signal.throwIfAborted();
    // Asked anew each time: the members it is reached by may be those that come or go.
    const primary = await untilPrimary(spec);
    try {
      if (await direct(primary, spec.admin, advance)) return;
    } catch (error) {
      if (!passing.has(codeName(error) ?? '')) throw error;
    }
  }
  throw new Error(`Replica set ${spec.replSet} has not reached its new members within ${limitMs / 1_000} s.`);

  /** True when nothing is left to do. */
  async function advance(client: MongoClient): Promise<boolean> {
    const { config, ...seen } = await look(client);
    const step = nextStep(config, wanted, seen);
    if (step.do === 'nothing') return true;
    if (step.do === 'step down') await stepDown(client);
    if (step.do === 'configure')
      await client
        .db('admin')
        .command({ replSetReconfig: { ...config, version: config.version + 1, members: step.members } });
    return false;
  }
}
