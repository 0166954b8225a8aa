import { createUses } from '../../areas/api-access/uses.ts';
import { createOrgQuestions } from '../../areas/organizations/questions.ts';
import { createOrgStore } from '../../areas/organizations/store.ts';
import { createKeyQuestions } from '../../areas/programmatic-api-keys/questions.ts';
import { createKeyStore } from '../../areas/programmatic-api-keys/store.ts';
import { createProjectQuestions } from '../../areas/projects/questions.ts';
import { createProjectStore } from '../../areas/projects/store.ts';
import { createAccountQuestions } from '../../areas/service-accounts/questions.ts';
import { createAccountStore } from '../../areas/service-accounts/store.ts';
import { createSignInStore } from '../../areas/sign-in/store.ts';
import { createTeamQuestions } from '../../areas/teams/questions.ts';
import { createTeamStore } from '../../areas/teams/store.ts';
import { createUserQuestions } from '../../areas/users/questions.ts';
import { createUserStore } from '../../areas/users/store.ts';
import { newSecret } from '../../base/ids.ts';
import { hashPassword } from '../../base/passwords.ts';
import type { Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import type { Caller } from '../../kernel/operation.ts';
import type { FirstOwner } from '../installation.ts';
import type { Ground } from './ground.ts';

const OWNER_ORG = 'My Organization';
/** An address that nobody else can have; the operator may make users with real ones. */
const OWNER_USERNAME = 'owner@telamon.invalid';
const SECRET_HOURS = 8760;

/** Organizations and projects, and who may act in them. */
export function createIdentityRooms(ground: Ground) {
  const { state, vault, clock } = ground;
  const stores = {
    orgs: createOrgStore(state),
    projects: createProjectStore(state),
    keys: createKeyStore(state),
    accounts: createAccountStore(state),
    users: createUserStore(state),
    teams: createTeamStore(state),
  };
  const orgs = createOrgQuestions(state, stores.orgs, clock);
  const projects = createProjectQuestions(state, stores.projects);
  const keys = createKeyQuestions(stores.keys, vault, clock);
  const accounts = createAccountQuestions(stores.accounts, clock);
  const teams = createTeamQuestions(stores.teams);
  const signIn = createSignInStore(state);
  const { events } = ground;
  const people = createUserQuestions(stores.users, { teams, events, signOut: signIn.forgetUser, clock });
  const assign = async (caller: Caller, role: Assignment, orgId: string, tx: Tx): Promise<void> => {
    if (caller.kind === 'user') await people.assign(caller.id, role, orgId, tx);
    else await (caller.kind === 'apiKey' ? keys : accounts).addRole(caller.id, role, tx);
  };
  const uses = {
    keys: createUses(clock, stores.keys.lists.count, ground.log),
    accounts: createUses(clock, stores.accounts.lists.count, ground.log),
  };
  return {
    ground,
    stores,
    uses,
    noteUse: (caller: Caller, blocks: readonly string[], address: string): void =>
      uses[caller.kind === 'serviceAccount' ? 'accounts' : 'keys'].note(caller.id, blocks, address),
    assign,
    orgs,
    projects,
    keys,
    accounts,
    teams,
    people,
    signIn,
    /** The organization every installation begins with, and its owner. */
    async makeOwner(tx: Tx): Promise<FirstOwner> {
      const org = await orgs.create({ name: OWNER_ORG }, tx);
      const roles = [{ orgId: org._id, roleName: 'ORG_OWNER' as const }];
      const { key, privateKey } = await keys.createIn(org._id, { desc: 'First owner', roles }, tx);
      const about = { name: 'First owner', description: 'Made when this Telamon was set up' };
      const made = accounts.createIn(org._id, { ...about, roles, secretExpiresAfterHours: SECRET_HOURS }, tx);
      const password = newSecret(12);
      // Once in the life of an installation, when nobody waits for it.
      const passwordHash = await hashPassword(password);
      const person = { username: OWNER_USERNAME, firstName: 'First', lastName: 'Owner', country: 'US', passwordHash };
      const user = await people.create(person, tx);
      await people.assign(user._id, roles[0]!, org._id, tx);
      const { publicKey } = key;
      return {
        ...{ orgId: org._id, publicKey, privateKey, clientId: made.account._id, clientSecret: made.secret },
        ...{ username: user.username, password },
      };
    },
  };
}

export type IdentityRooms = ReturnType<typeof createIdentityRooms>;
