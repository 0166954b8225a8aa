import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ConnectionString } from 'mongodb-connection-string-url';
import type { Logger } from 'pino';
import { type MetricsFlags, openMetrics } from '../agent/metrics.ts';
import { createMeter } from '../base/meter.ts';
import {
  blockProblem,
  type ChangeSource,
  createMigration,
  heldIn,
  MigrationFailed,
  MigrationStopped,
  type Progress,
  type Report,
  releaseWrites,
  STILL_BLOCKED,
  Superseded,
  validateMigration,
} from '../migration/index.ts';
import { Unusable } from './data-directory.ts';
import { type IntoCluster, namesCluster, openInto } from './into-cluster.ts';

export interface MigrateFlags extends MetricsFlags {
  source: string;
  /** A connection string, or organization/project/cluster of the Telamon that runs on `data`. */
  destination: string;
  data: string;
  include: string[];
  exclude: string[];
  drop?: boolean;
  /** Bytes per second. */
  maxRate?: number;
  changes?: ChangeSource;
  cutoverWhenReady?: boolean;
  /** Hold the source's writes back from the cutover on. */
  blockWrites?: boolean;
  /** Note where it ends, for `telamon reverse`. */
  reversible?: boolean;
  /** Names the migration whose way back this is. */
  back?: string;
  stateDir: string;
}

function hostsOf(uri: string, side: string): string {
  try {
    const { hosts, searchParams } = new ConnectionString(uri);
    return `${[...hosts].sort().join()}/${searchParams.get('replicaSet') ?? ''}`;
  } catch (error) {
    throw new Unusable(`--${side} is not a connection string: ${(error as Error).message}`);
  }
}

/** The same deployments and the same choice are the same migration, which goes on; passwords may change. */
function identityOf({ source, destination, include, exclude }: MigrateFlags): string {
  const parts = [
    hostsOf(source, 'source'),
    namesCluster(destination) ? destination : hostsOf(destination, 'destination'),
    [...include].sort(),
    [...exclude].sort(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** What the engine calls a migration of this identity. */
const cliId = (identity: string): string => `cli-${identity}`;

const socketOf = (stateDir: string, id: string): string => join(stateDir, `${id}.sock`);

const CUTOVER = 'cutover';
const CUTOVER_BLOCKING = 'cutover, and hold the writes back';

/** Says a word to the migration that runs under this identity; its answer, or undefined when none runs. */
function speak(path: string, word: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path, () => socket.end(`${word}\n`));
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    // No such file, or one that a killed migration has left behind.
    socket.once('error', () => resolve(undefined)).once('close', () => resolve(answer.trim() || undefined));
  });
}

/** Only this migration, and the words that start its cutover; `cutover` answers why it does not begin. */
async function listen(path: string, cutover: (blockWrites: boolean) => Promise<string | undefined>): Promise<Server> {
  if (await speak(path, 'status')) throw new Unusable('This migration is running already, in another process.');
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.setEncoding('utf8').on('error', () => socket.destroy());
    socket.once('data', (text) => {
      const word = String(text).trim();
      const answer = (problem?: string) => socket.end(`${problem ?? 'yes'}\n`);
      if (!word.startsWith('cutover')) return answer();
      cutover(word === CUTOVER_BLOCKING).then(answer, (error) => answer((error as Error).message));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return server;
}

interface Surroundings {
  log: Logger;
  say(line: string): void;
  /** Shows how it ended. */
  ended(report: Report): void;
  signal: AbortSignal;
}

/** `telamon migrate`: moves one replica set into another until it is cut over, or stopped to go on another time. */
export async function migrateCommand(flags: MigrateFlags, by: Surroundings): Promise<Report | undefined> {
  const id = identityOf(flags);
  mkdirSync(flags.stateDir, { recursive: true, mode: 0o700 });
  // Before anything is locked: the port may be taken.
  const metrics = await openMetrics(flags, by.say);
  const told = new AbortController();
  const cutover = () => told.abort({ blockWrites: false });
  const cutoverIfPossible = async (blockWrites: boolean) => {
    const problem = blockWrites ? await blockProblem(flags.source) : undefined;
    if (!problem) told.abort({ blockWrites });
    return problem;
  };
  const server = await listen(socketOf(flags.stateDir, id), cutoverIfPossible);
  process.on('SIGUSR2', cutover);
  const stopped = new AbortController();
  const signal = AbortSignal.any([by.signal, stopped.signal]);
  try {
    const { data, destination } = flags;
    const into = namesCluster(destination)
      ? await openInto(
          { data, destination, identity: id },
          { cutover, ended: () => stopped.abort(), waiting: by.say, signal: by.signal },
        )
      : undefined;
    if (into) by.say(`Live migration ${into.id} into ${destination}, which is locked until it ends.`);
    const noteMetrics = metrics && ((p: Progress) => metrics.note(into?.id ?? id, p));
    const report = await move(flags, id, into, { ...by, signal, noteMetrics }, told);
    if (stopped.signal.aborted && !report) throw new Unusable('The migration was ended by the server.');
    return report;
  } finally {
    metrics?.close();
    process.off('SIGUSR2', cutover);
    server.close();
    rmSync(socketOf(flags.stateDir, id), { force: true });
  }
}

async function move(
  flags: MigrateFlags,
  id: string,
  into: IntoCluster | undefined,
  { log, say, ended, signal, noteMetrics }: Surroundings & { noteMetrics?(p: Progress): void },
  told: AbortController,
): Promise<Report | undefined> {
  const { source, include, exclude, drop = false, maxRate: maxBytesPerSecond, blockWrites, reversible, back } = flags;
  const destination = into?.uri ?? flags.destination;
  const both = { source, destination, drop, include, exclude, maxBytesPerSecond, back, blockWrites };
  const meter = createMeter(say);
  const held = heldIn(flags.stateDir);
  let waiting = true;
  const migration = createMigration({
    ...{ ...both, id: into?.id ?? cliId(id), reversible, log, changes: flags.changes },
    onBlock: (isHeld) => held.note(id, isHeld),
    onProgress: (p) => {
      meter.migration(undefined, p);
      into?.tell(p);
      noteMetrics?.(p);
      if (!p.readyForCutover || !waiting) return;
      waiting = false;
      if (flags.cutoverWhenReady) return told.abort({ blockWrites: false });
      say(
        blockWrites
          ? `Ready. Run \`telamon cutover ${id}\`; it holds the source's writes back.`
          : `Ready. Stop the application's writes, then run \`telamon cutover ${id}\` (or send SIGUSR2 to ${process.pid}).`,
      );
    },
  });
  const cutover = () => {
    void into?.cutOver();
    migration.cutover(told.signal.reason as { blockWrites?: boolean });
  };
  const stop = () => void migration.stop();
  told.signal.addEventListener('abort', cutover);
  signal.addEventListener('abort', stop);
  try {
    if (told.signal.aborted) cutover();
    if (signal.aborted) throw new MigrationStopped();
    if (!(await migration.isBegun())) {
      if (held.has(id)) {
        // Killed while it held them back, and cancelled then: what the destination knew of it is gone.
        await releaseWrites(source);
        held.note(id, false);
        say('The writes of the source, which an earlier run held back, are let in again.');
      }
      const problems = await validateMigration(both);
      if (problems.length) throw new Unusable(problems.join('\n'));
    }
    if (signal.aborted) throw new MigrationStopped();
    const report = await migration.run();
    if (report.writesBlocked) say(STILL_BLOCKED);
    ended(report);
    // Only now, so that whoever is cut off before gets the same report again; a server forgets what it is told of.
    // Writes that it held back stay so from now on.
    held.note(id, false);
    await (into ? into.end({ done: report }) : migration.forget());
    return report;
  } catch (error) {
    if (error instanceof MigrationStopped) {
      meter.stop();
      say('Stopped. The same command goes on from here.');
      return undefined;
    }
    if (!(error instanceof MigrationFailed || error instanceof Unusable)) throw error;
    // How it ends is told by whoever goes on with it.
    if (!(error instanceof Superseded)) await into?.end({ failed: error.message });
    throw new Unusable(error.message);
  } finally {
    meter.stop();
    told.signal.removeEventListener('abort', cutover);
    signal.removeEventListener('abort', stop);
  }
}

/** `telamon reverse`: with the words of the migration that has ended, goes back from its destination to its source. */
export function reverseCommand(flags: MigrateFlags, by: Surroundings): Promise<Report | undefined> {
  const { source, destination } = flags;
  if (namesCluster(destination)) throw new Unusable('The way back needs the connection string of the destination.');
  return migrateCommand({ ...flags, source: destination, destination: source, back: cliId(identityOf(flags)) }, by);
}

export interface CutoverFlags {
  stateDir: string;
  /** Hold the source's writes back, instead of relying on the application. */
  blockWrites?: boolean;
}

/** `telamon cutover`: tells the `telamon migrate` of this identity that no more writes come. */
export async function cutoverCommand(id: string, { stateDir, blockWrites }: CutoverFlags): Promise<void> {
  if (!/^[0-9a-f]{12}$/.test(id)) throw new Unusable(`${id} names no migration; \`telamon migrate\` prints what does.`);
  const answer = await speak(socketOf(stateDir, id), blockWrites ? CUTOVER_BLOCKING : CUTOVER);
  if (!answer) throw new Unusable(`No migration ${id} is running here.`);
  if (answer !== 'yes') throw new Unusable(answer);
}
