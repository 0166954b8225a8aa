/** How fast a backlog of changes drains, how far behind a steady writer the destination is, how long a cutover takes. */
import { setTimeout as wait } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import type { Pair } from './deployments.ts';
import { startEngine } from './engine.ts';
import { seed, write } from './writer.ts';

export interface ChangesRun {
  events: number;
  changesPerSecond: number;
  /** CPU seconds per 100,000 events: of the engine, the source and the destination. */
  cpu: { engine: number; source: number; destination: number };
  steadyPerSecond: number;
  lagSeconds: { median: number; max: number };
  rssMB: number;
  cutoverSeconds: number;
  /** What the cutover found still to do. */
  backlog: number;
}

const SMALL_BACKLOG = 10_000;

export async function changesRun({ source, destination }: Pair, events: number): Promise<ChangesRun> {
  await seed(source.client);
  const engine = startEngine(source.secure, destination.secure, false);
  await engine.reached('ready');
  const drain = async (wanted: number) => {
    // What happens while the process is stopped is a backlog of exactly that.
    engine.child.kill('SIGSTOP');
    const written = await write(source.client, (it) => it >= wanted);
    return written.events;
  };
  const backlog = await drain(events);
  const before = [source.cpuSeconds(), destination.cpuSeconds()] as const;
  engine.say(`watch ${backlog}`);
  engine.child.kill('SIGCONT');
  const began = Date.now();
  const [watching, applied] = await Promise.all([engine.reached('watching'), engine.reached('applied')]);
  const changesPerSecond = backlog / ((applied.at - began) / 1_000);
  const per = 100_000 / backlog;
  const cpu = {
    engine: (applied.cpu - watching.cpu) * per,
    source: (source.cpuSeconds() - before[0]) * per,
    destination: (destination.cpuSeconds() - before[1]) * per,
  };
  const steady = await steadily(source.client, destination.client, changesPerSecond / 2);
  const left = await drain(SMALL_BACKLOG);
  engine.say('cutover');
  engine.child.kill('SIGCONT');
  const end = await engine.reached('end');
  return {
    ...{ events: backlog, changesPerSecond, cpu, ...steady, rssMB: end.rssMB },
    ...{ cutoverSeconds: end.report.cutoverSeconds, backlog: left },
  };
}

const SECONDS = 10;

/** A document in the source says when it was written; the destination is asked which it has. */
async function steadily(source: MongoClient, destination: MongoClient, perSecond: number) {
  let over = false;
  const ends = performance.now() + SECONDS * 1_000;
  const clock = async () => {
    const at = source.db('clock').collection('c');
    while (!over) {
      await at.updateOne({ _id: 1 as never }, { $set: { at: Date.now() } }, { upsert: true });
      await wait(20);
    }
  };
  const lags: number[] = [];
  const look = async () => {
    const at = destination.db('clock').collection('c');
    while (!over) {
      const asked = Date.now();
      const seen = await at.findOne({ _id: 1 as never });
      if (seen) lags.push((asked - seen.at) / 1_000);
      await wait(20);
    }
  };
  const writing = write(source, () => performance.now() > ends, perSecond).finally(() => {
    over = true;
  });
  const [written] = await Promise.all([writing, clock(), look()]);
  lags.sort((a, b) => a - b);
  return {
    steadyPerSecond: written.perSecond,
    lagSeconds: { median: lags[Math.floor(lags.length / 2)]!, max: lags.at(-1)! },
  };
}
