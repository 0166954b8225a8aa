import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, isIPv6 } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Scale } from '../areas/clusters/layout.ts';
import { systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { findMongod } from '../mongod/index.ts';
import type { ClusterTlsOptions } from './cluster-tls.ts';
import { type DataDirectory, openDataDirectory, Unusable } from './data-directory.ts';
import type { createHouse } from './house.ts';
import type { FirstOwner } from './installation.ts';
import { createRest } from './rest.ts';
import { type Doors, forgetServer, noteServer } from './running.ts';
import { embeddedState, externalState, type OpenState } from './state-store.ts';
import { readTls, secureDoor, type TlsPair } from './tls.ts';

/** Where something listens; port 0 is a free one. */
export interface Door {
  host: string;
  port: number;
}

export interface UpOptions extends ClusterTlsOptions {
  data: string;
  host: string;
  port: number;
  publicUrl?: string;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-*` headers are believed. */
  trustProxy?: readonly string[];
  /** PEM files: with them callers speak TLS to this server. */
  tlsCert?: string;
  tlsKey?: string;
  rateLimits: boolean;
  /** Whether versions of the API end at their sunset. */
  sunsets: boolean;
  /** A replica set of the operator's own, instead of the embedded state store. */
  state?: string;
  mongod?: string;
  /** Where names of clusters in `srvZone` are told. */
  srvListen: Door;
  /** Caps the members of every cluster; see `layout.ts`. */
  scale?: Scale;
  anyMongodbVersion?: boolean;
  ephemeral: boolean;
  /** Lines for the operator while things begin. */
  say(line: string): void;
  /** Ends the wait for a state store that is slow to begin. */
  signal?: AbortSignal;
}

export interface Running {
  url: string;
  /** Where names of clusters are told, when a zone was named. */
  srv?: { zone: string; address: string };
  owner: FirstOwner;
  /** True when this start made the first owner. */
  isNew: boolean;
  stop(): Promise<void>;
}

export const mongodCache = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telamon', 'mongod');

/** Undoes what was done, last first; every step runs even when one before it failed. */
function createUndo() {
  const steps: (() => unknown)[] = [];
  return {
    add: (step: () => unknown) => void steps.push(step),
    async run(): Promise<void> {
      const errors: unknown[] = [];
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          await step();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length) throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'not all could be stopped');
    },
  };
}

/** Starts Telamon: data directory, state store, rooms, server. Whatever fails, what had begun is ended again. */
export async function up(options: UpOptions): Promise<Running> {
  const undo = createUndo();
  try {
    return await begin(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function begin(options: UpOptions, undo: ReturnType<typeof createUndo>): Promise<Running> {
  const { ephemeral, say } = options;
  if (ephemeral && existsSync(options.data) && readdirSync(options.data).length)
    throw new Unusable(`${options.data} is not empty, and --ephemeral would throw it away. Choose a new directory.`);
  const tls = readTls(options.tlsCert, options.tlsKey);
  const log = createLog(process.env.TELAMON_LOG_LEVEL ?? 'warn');
  // Loaded only where somebody wants TLS.
  const clusterTls = wantsClusterTls(options) ? await import('./cluster-tls.ts') : undefined;
  const brought = clusterTls?.readClusterTls(options, (line) => log.error(line));
  const data = openDataDirectory(options.data);
  undo.add(() => (ephemeral ? rmSync(data.path, { recursive: true, force: true }) : data.release()));
  const mongod = await findMongod({ explicit: options.mongod, cacheDir: mongodCache(), log: say }).catch(unusable);
  const state = await openState(options, data, mongod.path).catch(unusable);
  undo.add(() => state.close());
  // The rooms are loaded and built while the state store starts, which takes longer.
  const rooms = await import('./house.ts');
  const house = rooms.createHouse({
    ...{ state, vault: data.vault, clock: systemClock, log, mongod },
    publicUrl: options.publicUrl,
    trustedProxies: options.trustProxy,
    rateLimits: options.rateLimits,
    sunsets: options.sunsets,
    clusterRoot: data.file('clusters'),
    clusterSettings: {
      scale: options.scale,
      address: options.clusterHost,
      zone: options.srvZone,
      authority: options.tls ? await clusterTls?.openClusterTls(data, brought) : undefined,
      anyVersion: options.anyMongodbVersion,
    },
  });
  await state.ready.catch(unusable);
  if (ephemeral) undo.add(() => house.dismantle());
  undo.add(() => house.stop());
  const { owner, isNew } = await house.prepare();
  const doors = await open(house.app, options, tls);
  noteServer(data, doors);
  undo.add(() => forgetServer(data));
  const srv = await openNames(house, options, undo, log);
  house.start();
  const rest = createRest();
  undo.add(() => rest.stop());
  rest.start();
  return { url: doors.url, srv, owner, isNew, stop: () => undo.run() };
}

/** Loaded only where a zone is named. */
async function openNames(
  { names }: House,
  { srvZone: zone, srvListen }: UpOptions,
  undo: ReturnType<typeof createUndo>,
  log: Logger,
): Promise<Running['srv']> {
  if (!zone) return undefined;
  const { serveNames } = await import('../base/name-server.ts');
  const { port, stop } = await listening(serveNames({ zone, names, log }, srvListen), srvListen, 'srv-listen');
  undo.add(stop);
  return { zone, address: `${hostInUrl(srvListen.host)}:${port}` };
}

const wantsClusterTls = ({ tls, clusterCa, clusterCaKey, clusterCert, clusterKey }: ClusterTlsOptions): boolean =>
  Boolean(tls || clusterCa || clusterCaKey || clusterCert || clusterKey);

const openState = async ({ state, say, signal }: UpOptions, data: DataDirectory, mongod: string): Promise<OpenState> =>
  state ? externalState(state) : embeddedState(data, mongod, { say, signal });

/** Failures of the ground that Telamon stands on are the operator's to mend: their message says how. */
function unusable(error: Error): never {
  throw new Unusable(error.message, { cause: error });
}

type House = ReturnType<typeof createHouse>;
type App = House['app'];

const hostInUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Where callers reach the app, and where the operator's own commands do: these know no certificate authority. */
async function open(app: App, { host, port }: UpOptions, tls: TlsPair | undefined): Promise<Doors> {
  const asked = { host, port };
  if (!tls) {
    const url = await listening(app.listen(asked), asked);
    return { url, operatorUrl: url };
  }
  const door = secureDoor(app, tls);
  const operatorUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  await listening(once(door.listen(asked), 'listening'), asked);
  const { port: taken } = door.address() as AddressInfo;
  // Certificates are for names: the one that was asked for, unless it means every address.
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : hostInUrl(host);
  return { url: `https://${shown}:${taken}`, operatorUrl };
}

async function listening<T>(begun: Promise<T>, { host, port }: Door, option?: string): Promise<T> {
  try {
    return await begun;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Unusable(
        `Port ${port} on ${host} is in use. Stop what listens there or choose another with --${option ?? 'port'}.`,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new Unusable(`This machine has no address ${host}. Choose another with --${option ?? 'host'}.`);
    if (code === 'EACCES')
      throw new Unusable(
        `Port ${port} may not be opened by this user. Choose one above 1023 with --${option ?? 'port'}.`,
      );
    throw error;
  }
}
