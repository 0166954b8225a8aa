import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { encryptionOperations } from '../areas/encryption-at-rest/operations.ts';
import type { SignInFailures } from '../areas/sign-in/model.ts';
import { systemOperations } from '../areas/system/operations.ts';
import type { Clock } from '../base/clock.ts';
import type { Vault } from '../base/secrets.ts';
import type { Leaving, State } from '../base/state.ts';
import type { Names } from '../base/zone.ts';
import { atlasLimits, type Limits, noLimits } from '../contract/limits.ts';
import { createApp } from '../kernel/app.ts';
import { type Mounted, mount } from '../kernel/operation.ts';
import type { Binary } from '../mongod/index.ts';
import { createWatch } from '../reconcile/watch.ts';
import { mountReference } from '../reference/mount.ts';
import { createDirectory } from './directory.ts';
import { type FirstOwner, firstOwner, installationOperations } from './installation.ts';
import { createAccessRooms } from './rooms/access.ts';
import { type ClusterSettings, createClusterRooms } from './rooms/clusters.ts';
import { createEventRooms } from './rooms/events.ts';
import { createIdentityRooms } from './rooms/identity.ts';
import { createMigrationRooms } from './rooms/migrations.ts';
import { createSurroundingRooms } from './rooms/surroundings.ts';
import { VERSION } from './version.ts';
import { accessWing } from './wings/access.ts';
import { clusterWing } from './wings/clusters.ts';
import { eventWing } from './wings/events.ts';
import { identityWing } from './wings/identity.ts';
import { migrationWing } from './wings/migrations.ts';
import { mountPeople, peopleWing } from './wings/people.ts';
import { mountSurroundings, surroundingsWing } from './wings/surroundings.ts';

export interface HouseOptions {
  state: State;
  vault: Vault;
  clock: Clock;
  log: Logger;
  mongod: Binary;
  publicUrl?: string;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-*` headers are believed. */
  trustedProxies?: readonly string[];
  /** Whether Atlas's limits are kept: on how often one asks, and on how much one has. */
  rateLimits: boolean;
  /** Whether versions of the API end at their sunset, as Atlas's do. */
  sunsets: boolean;
  /** For tests, in place of Atlas's: reaching them all would take long. */
  limits?: Partial<Limits>;
  signInFailures?: SignInFailures;
  /** For tests, in place of half a minute: how often it is looked at what alerts are about. */
  alertsMs?: number;
  /** Directory of the clusters' members. */
  clusterRoot: string;
  clusterSettings?: ClusterSettings;
}

export interface House {
  app: FastifyInstance;
  /** Everything that is mounted, for tables over all of it. */
  operations: readonly Mounted[];
  /** Indexes and the first organization with its owner; safe to repeat. */
  prepare(): Promise<{ owner: FirstOwner; isNew: boolean }>;
  /** Begins the long work: controllers. */
  start(): void;
  /** Ends the long work and closes the server; clusters go on running. */
  stop(): Promise<void>;
  /** Stops every cluster and removes its data; only after `stop`. */
  dismantle(): Promise<void>;
  /** What stands in the zone in which clusters have names. */
  names(): Promise<Names>;
}

/** Atlas shows the hash of its last commit; here it is one of the version. */
const BUILD = createHash('sha1').update(`telamon ${VERSION}`).digest('hex');

/** Composes the wings; each of them wires a few rooms, and nothing else in the house knows more than one room. */
export function createHouse(options: HouseOptions): House {
  const { state, vault, clock, log } = options;
  const happened = createEventRooms(options);
  const limits = { ...(options.rateLimits ? atlasLimits : noLimits), ...options.limits };
  const ground = { state, vault, clock, log, limits, events: happened.events };
  const identity = createIdentityRooms(ground);
  const clusters = createClusterRooms(ground, options);
  const surroundings = createSurroundingRooms(ground);
  const access = createAccessRooms(ground);
  const migrations = createMigrationRooms(ground);

  // Filled below: the deletions of organizations and projects, which are among the wings, ask all of them.
  const leaving: Leaving[] = [];
  const wings = [
    // First, so that a running migration is told of before the project that it runs into.
    migrationWing(migrations, { identity, clusters }),
    identityWing(identity, { clusters, surroundings, leaving }),
    clusterWing(clusters, { identity, access, migrations }),
    accessWing(access, { identity, clusters, migrations }),
    peopleWing(identity),
    surroundingsWing(surroundings, { identity, clusters, access }, options),
    eventWing(happened),
  ];
  leaving.push(...wings.flatMap((it) => it.leaving));

  const operations = [
    ...mount(systemOperations, { build: BUILD }),
    ...mount(encryptionOperations, {}),
    ...mount(installationOperations, ground),
    ...wings.flatMap((it) => it.operations),
  ];
  const app = createApp({
    operations,
    directory: createDirectory({ vault, ...identity, staff: access.grants }),
    record: happened.events.record,
    publicUrl: options.publicUrl,
    trustedProxies: options.trustedProxies,
    serviceVersion: `gitHash=${BUILD}; versionString=v${VERSION}`,
    rateLimits: options.rateLimits,
    sunsets: options.sunsets,
    mongoDBMajorVersion: clusters.version.split('.').slice(0, 2).join('.'),
    nonceKey: vault.derive('digest-nonce'),
    tokenKey: vault.derive('oauth-token'),
    now: () => clock.now(),
    log,
  });
  mountPeople(app, identity, { publicUrl: options.publicUrl, failures: options.signInFailures });
  mountSurroundings(app, surroundings, { access, clusters }, options.publicUrl);
  mountReference(app, { operations, publicUrl: options.publicUrl, version: VERSION });
  const watch = createWatch(
    state,
    wings.flatMap((it) => it.watched),
    log,
  );
  const loops = [watch, ...wings.flatMap((it) => it.loops)];

  return {
    app,
    operations,
    async prepare() {
      await Promise.all(wings.flatMap((it) => it.stores).map((it) => it.prepare()));
      return firstOwner(state, vault, clock, identity.makeOwner);
    },
    start() {
      for (const loop of loops) loop.start();
    },
    async stop() {
      // First, since the server waits for its answers to end, and these would not.
      migrations.hangUp();
      access.hangUp();
      await app.close();
      // Each of them, whatever becomes of the others: the store is closed next.
      const ends = await Promise.allSettled(loops.map((it) => it.stop()));
      const failed = ends.find((it) => it.status === 'rejected');
      if (failed) throw failed.reason;
    },
    dismantle: clusters.dismantle,
    names: clusters.names,
  };
}
