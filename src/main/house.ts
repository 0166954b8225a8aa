import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createClusterControl } from '../areas/clusters/controller.ts';
import { createLocalProvider } from '../areas/clusters/local.ts';
import { clusterOperations } from '../areas/clusters/operations.ts';
import { createClusterLeaving, createClusterQuestions } from '../areas/clusters/questions.ts';
import { createClusterStore } from '../areas/clusters/store.ts';
import { createUserControl } from '../areas/database-users/controller.ts';
import { databaseUserOperations } from '../areas/database-users/operations.ts';
import { createUserLeaving, createUserQuestions } from '../areas/database-users/questions.ts';
import { createUserStore } from '../areas/database-users/store.ts';
import { accessOperations } from '../areas/employee-access/operations.ts';
import { createAccessLeaving, createAccessQuestions } from '../areas/employee-access/questions.ts';
import { createAccessControl } from '../areas/employee-access/sessions.ts';
import { staffOperations } from '../areas/employee-access/staff-operations.ts';
import { createAccessStore } from '../areas/employee-access/store.ts';
import { agentOperations } from '../areas/live-migrations/agent-operations.ts';
import { createJobControl } from '../areas/live-migrations/controller.ts';
import { jobOperations } from '../areas/live-migrations/job-operations.ts';
import { linkOperations } from '../areas/live-migrations/link-operations.ts';
import { ownMigrationOperations } from '../areas/live-migrations/own-operations.ts';
import { createMigrationLeaving, createMigrationQuestions } from '../areas/live-migrations/questions.ts';
import { createSignals } from '../areas/live-migrations/signals.ts';
import { createMigrationStore } from '../areas/live-migrations/store.ts';
import { orgOperations } from '../areas/organizations/operations.ts';
import { createOrgQuestions } from '../areas/organizations/questions.ts';
import { createOrgStore } from '../areas/organizations/store.ts';
import { keyOperations } from '../areas/programmatic-api-keys/operations.ts';
import { createKeyQuestions } from '../areas/programmatic-api-keys/questions.ts';
import { createKeyStore } from '../areas/programmatic-api-keys/store.ts';
import { projectOperations } from '../areas/projects/operations.ts';
import { createProjectLeaving, createProjectQuestions } from '../areas/projects/questions.ts';
import { createProjectStore } from '../areas/projects/store.ts';
import { accountOperations } from '../areas/service-accounts/operations.ts';
import { createAccountQuestions } from '../areas/service-accounts/questions.ts';
import { createAccountStore } from '../areas/service-accounts/store.ts';
import { systemOperations } from '../areas/system/operations.ts';
import type { Clock } from '../base/clock.ts';
import type { Vault } from '../base/secrets.ts';
import type { Leaving, State, Tx } from '../base/state.ts';
import type { Assignment } from '../contract/roles.ts';
import { createApp } from '../kernel/app.ts';
import { type Caller, type Mounted, mount } from '../kernel/operation.ts';
import type { Binary } from '../mongod/index.ts';
import { createController } from '../reconcile/controller.ts';
import { createLeases } from '../reconcile/lease.ts';
import { createWatch } from '../reconcile/watch.ts';
import { createDirectory } from './directory.ts';
import { type FirstOwner, firstOwner, installationOperations } from './installation.ts';
import { VERSION } from './version.ts';

export interface HouseOptions {
  state: State;
  vault: Vault;
  clock: Clock;
  log: Logger;
  mongod: Binary;
  publicUrl?: string;
  rateLimits: boolean;
  /** Directory of the clusters' members. */
  clusterRoot: string;
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
}

/** Atlas shows the hash of its last commit; here it is one of the version. */
const BUILD = createHash('sha1').update(`telamon ${VERSION}`).digest('hex');

const OWNER_ORG = 'My Organization';
const SECRET_HOURS = 8760;

/** Wires the rooms. Nothing else in the house knows more than one of them. */
export function createHouse(options: HouseOptions): House {
  const { state, vault, clock, log } = options;
  const stores = {
    orgs: createOrgStore(state),
    projects: createProjectStore(state),
    keys: createKeyStore(state),
    accounts: createAccountStore(state),
    clusters: createClusterStore(state),
    migrations: createMigrationStore(state),
    access: createAccessStore(state),
    users: createUserStore(state),
  };
  const provider = createLocalProvider({ root: options.clusterRoot, mongod: options.mongod, vault });
  const orgs = createOrgQuestions(stores.orgs, clock);
  const projects = createProjectQuestions(stores.projects);
  const keys = createKeyQuestions(stores.keys, vault, clock);
  const accounts = createAccountQuestions(stores.accounts, clock);
  const clusters = createClusterQuestions(stores.clusters, vault, provider);
  const imports = createMigrationQuestions(stores.migrations);
  const access = createAccessQuestions(stores.access, vault);
  const users = createUserQuestions(stores.users);
  const signals = createSignals();

  const assign = async (caller: Caller, role: Assignment, tx: Tx): Promise<void> => {
    await (caller.kind === 'apiKey' ? keys : accounts).addRole(caller.id, role, tx);
  };
  // In the order in which they are asked: a running migration is told of before the project that it runs into.
  const leaving: Leaving[] = [
    createMigrationLeaving(stores.migrations),
    createProjectLeaving(stores.projects),
    createClusterLeaving(stores.clusters),
    createAccessLeaving(stores.access),
    createUserLeaving(stores.users),
    { clearOrg: stores.keys.clearOrg, clearGroup: async (id, tx) => void (await stores.keys.clearGroup(id, tx)) },
    {
      clearOrg: stores.accounts.clearOrg,
      clearGroup: async (id, tx) => void (await stores.accounts.clearGroup(id, tx)),
    },
  ];

  const common = { state, vault, clock, log, clusters };
  const { migrations } = stores;
  const operations = [
    ...mount(systemOperations, { build: BUILD }),
    ...mount(installationOperations, { state, vault }),
    ...mount(orgOperations, { state, orgs: stores.orgs, make: orgs.create, keys, accounts, assign, leaving }),
    ...mount(projectOperations, { ...common, projects: stores.projects, orgs, assign, leaving }),
    ...mount(keyOperations, { state, keys: stores.keys, questions: keys, orgs }),
    ...mount(accountOperations, { state, accounts: stores.accounts, questions: accounts, orgs }),
    ...mount(clusterOperations, {
      ...common,
      clusters: stores.clusters,
      projects,
      grants: access,
      imports,
      version: provider.version,
    }),
    ...mount(databaseUserOperations, { ...common, users: stores.users, projects }),
    ...mount(linkOperations, { ...common, migrations, keys, orgs }),
    ...mount([...jobOperations, ...ownMigrationOperations], { ...common, migrations }),
    ...mount(agentOperations, { ...common, migrations, orgs, signals }),
    ...mount(accessOperations, { ...common, access: stores.access }),
    ...mount(staffOperations, { ...common, access: stores.access, orgs }),
  ];
  const app = createApp({
    operations,
    directory: createDirectory({ vault, orgs, projects, keys, accounts, staff: access }),
    publicUrl: options.publicUrl,
    rateLimits: options.rateLimits,
    mongoDBMajorVersion: provider.version.split('.').slice(0, 2).join('.'),
    nonceKey: vault.derive('digest-nonce'),
    tokenKey: vault.derive('oauth-token'),
    now: () => clock.now(),
    log,
  });

  async function clusterGone(clusterId: string): Promise<void> {
    await access.clearCluster(clusterId);
    await users.clearCluster(clusterId);
  }
  const leases = createLeases(state, provider.home);
  const clusterControl = createController({
    ...createClusterControl({ clusters: stores.clusters, provider, vault, leases, gone: clusterGone }),
    relistMs: 2_000,
    log,
  });
  const jobControl = createController({ ...createJobControl({ ...common, migrations }), log });
  const accessControl = createController({
    ...createAccessControl({ ...common, access: stores.access }),
    relistMs: 1_000,
    log,
  });
  const userControl = createController({
    ...createUserControl({ ...common, users: stores.users }),
    relistMs: 2_000,
    log,
  });
  const watch = createWatch(
    state,
    [
      { collection: 'clusters', wake: clusterControl.wake },
      { collection: 'migrationJobs', wake: jobControl.wake },
      { collection: 'migrationJobs', wake: signals.changed },
      { collection: 'migrationLinks', wake: signals.changed },
      // A user's id begins with its project's.
      { collection: 'databaseUsers', wake: (id) => userControl.wake(id.split('/')[0]!) },
      { collection: 'staffSessions', wake: accessControl.wake },
    ],
    log,
  );
  const loops = [watch, clusterControl, jobControl, accessControl, userControl];

  async function makeOwner(tx: Tx): Promise<FirstOwner> {
    const org = await orgs.create(OWNER_ORG, tx);
    const roles = [{ orgId: org._id, roleName: 'ORG_OWNER' as const }];
    const { key, privateKey } = await keys.createIn(org._id, { desc: 'First owner', roles }, tx);
    const about = { name: 'First owner', description: 'Made when this Telamon was set up' };
    const made = await accounts.createIn(org._id, { ...about, roles, secretExpiresAfterHours: SECRET_HOURS }, tx);
    const { publicKey } = key;
    return { orgId: org._id, publicKey, privateKey, clientId: made.account._id, clientSecret: made.secret };
  }

  return {
    app,
    operations,
    async prepare() {
      const { orgs: _withoutIndexes, ...indexed } = stores;
      await Promise.all(Object.values(indexed).map((it) => it.prepare()));
      return firstOwner(state, vault, clock, makeOwner);
    },
    start() {
      for (const loop of loops) loop.start();
    },
    async stop() {
      // Long polls end now; their agents ask again as soon as there is a server.
      signals.end();
      await app.close();
      await Promise.all(loops.map((it) => it.stop()));
    },
    async dismantle() {
      await Promise.all((await stores.clusters.all()).map((it) => provider.remove(it)));
    },
  };
}
