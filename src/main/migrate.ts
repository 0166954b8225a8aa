import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ConnectionString } from 'mongodb-connection-string-url';
import type { Logger } from 'pino';
import { createMeter } from '../base/meter.ts';
import {
  createMigration,
  MigrationFailed,
  MigrationStopped,
  type Report,
  validateMigration,
} from '../migration/index.ts';
import { Unusable } from './data-directory.ts';

export interface MigrateFlags {
  source: string;
  destination: string;
  include: string[];
  exclude: string[];
  drop?: boolean;
  /** Bytes per second. */
  maxRate?: number;
  cutoverWhenReady?: boolean;
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
    hostsOf(destination, 'destination'),
    [...include].sort(),
    [...exclude].sort(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

const socketOf = (stateDir: string, id: string): string => join(stateDir, `${id}.sock`);

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

/** Only this migration, and the word that starts its cutover. */
async function listen(path: string, onCutover: () => void): Promise<Server> {
  if (await speak(path, 'status')) throw new Unusable('This migration is running already, in another process.');
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.setEncoding('utf8').on('error', () => socket.destroy());
    socket.once('data', (text) => {
      if (String(text).trim() === 'cutover') onCutover();
      socket.end('yes\n');
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return server;
}

/** `telamon migrate`: moves one replica set into another until it is cut over, or stopped to go on another time. */
export async function migrateCommand(
  flags: MigrateFlags,
  by: { log: Logger; say(line: string): void; signal: AbortSignal },
): Promise<Report | undefined> {
  const { say, log, signal } = by;
  const id = identityOf(flags);
  const { source, destination, include, exclude, drop = false } = flags;
  mkdirSync(flags.stateDir, { recursive: true, mode: 0o700 });
  const meter = createMeter(say);
  let waiting = true;
  const migration = createMigration({
    ...{ id: `cli-${id}`, source, destination, drop, include, exclude, log },
    maxBytesPerSecond: flags.maxRate,
    onProgress: (p) => {
      meter.migration(undefined, p);
      if (!p.readyForCutover || !waiting) return;
      waiting = false;
      if (flags.cutoverWhenReady) return cutover();
      say(
        `Ready. Stop the application's writes, then run \`telamon cutover ${id}\` (or send SIGUSR2 to ${process.pid}).`,
      );
    },
  });
  const cutover = () => migration.cutover();
  const server = await listen(socketOf(flags.stateDir, id), cutover);
  process.on('SIGUSR2', cutover);
  const stop = () => void migration.stop();
  signal.addEventListener('abort', stop);
  try {
    if (!(await migration.isBegun())) {
      const problems = await validateMigration({
        ...{ source, destination, drop, include, exclude },
        maxBytesPerSecond: flags.maxRate,
      });
      if (problems.length) throw new Unusable(problems.join('\n'));
    }
    if (signal.aborted) throw new MigrationStopped();
    return await migration.run();
  } catch (error) {
    if (error instanceof MigrationFailed) throw new Unusable(error.message);
    if (!(error instanceof MigrationStopped)) throw error;
    meter.stop();
    say('Stopped. The same command goes on from here.');
    return undefined;
  } finally {
    meter.stop();
    signal.removeEventListener('abort', stop);
    process.off('SIGUSR2', cutover);
    server.close();
    rmSync(socketOf(flags.stateDir, id), { force: true });
  }
}

/** `telamon cutover`: tells the `telamon migrate` of this identity that no more writes come. */
export async function cutoverCommand(id: string, stateDir: string): Promise<void> {
  if (!/^[0-9a-f]{12}$/.test(id)) throw new Unusable(`${id} names no migration; \`telamon migrate\` prints what does.`);
  if (!(await speak(socketOf(stateDir, id), 'cutover'))) throw new Unusable(`No migration ${id} is running here.`);
}
