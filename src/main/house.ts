import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
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
import { type Caller, mount } from '../kernel/operation.ts';
import { createDirectory } from './directory.ts';
import { type FirstOwner, firstOwner, installationOperations } from './installation.ts';
import { VERSION } from './version.ts';

export interface HouseOptions {
  state: State;
  vault: Vault;
  clock: Clock;
  log: Logger;
}

export interface House {
  app: FastifyInstance;
  /** Indexes and the first organization with its owner; safe to repeat. */
  prepare(): Promise<{ owner: FirstOwner; isNew: boolean }>;
  /** Begins the long work: controllers. */
  start(): void;
  /** Ends the long work and closes the server; clusters go on running. */
  stop(): Promise<void>;
}

/** Atlas shows the hash of its last commit; here it is one of the version. */
const BUILD = createHash('sha1').update(`telamon ${VERSION}`).digest('hex');

const OWNER_ORG = 'My Organization';
const SECRET_HOURS = 8760;

/** Wires the rooms. Nothing else in the house knows more than one of them. */
export function createHouse({ state, vault, clock, log }: HouseOptions): House {
  const stores = {
    orgs: createOrgStore(state),
    projects: createProjectStore(state),
    keys: createKeyStore(state),
    accounts: createAccountStore(state),
  };
  const orgs = createOrgQuestions(stores.orgs, clock);
  const projects = createProjectQuestions(stores.projects);
  const keys = createKeyQuestions(stores.keys, vault, clock);
  const accounts = createAccountQuestions(stores.accounts, clock);
  const assign = async (caller: Caller, role: Assignment, tx: Tx): Promise<void> => {
    await (caller.kind === 'apiKey' ? keys : accounts).addRole(caller.id, role, tx);
  };
  const leaving: Leaving[] = [createProjectLeaving(stores.projects), stores.keys, stores.accounts] as Leaving[];

  const operations = [
    ...mount(systemOperations, { build: BUILD }),
    ...mount(installationOperations, { state, vault }),
    ...mount(orgOperations, { state, orgs: stores.orgs, make: orgs.create, keys, accounts, assign, leaving }),
    ...mount(projectOperations, {
      state,
      projects: stores.projects,
      orgs,
      clusters: { countsIn: async () => new Map<string, number>() },
      assign,
      leaving,
      clock,
    }),
    ...mount(keyOperations, { state, keys: stores.keys, questions: keys, orgs }),
    ...mount(accountOperations, { state, accounts: stores.accounts, questions: accounts, orgs }),
  ];
  const directory = createDirectory({
    vault,
    orgs,
    projects,
    keys,
    accounts,
    staff: { staffUser: async () => undefined },
  });
  const app = createApp({
    operations,
    directory,
    nonceKey: vault.derive('digest-nonce'),
    tokenKey: vault.derive('oauth-token'),
    now: () => clock.now(),
    log,
  });

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
    async prepare() {
      await Promise.all([stores.projects, stores.keys, stores.accounts].map((it) => it.prepare()));
      return firstOwner(state, vault, clock, makeOwner);
    },
    start() {},
    async stop() {
      await app.close();
    },
  };
}
