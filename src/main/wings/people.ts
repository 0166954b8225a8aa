import type { FastifyInstance } from 'fastify';
import { type SignInFailures, signInFailures } from '../../areas/sign-in/model.ts';
import { mountSignIn } from '../../areas/sign-in/mount.ts';
import { groupTeamOperations } from '../../areas/teams/group-operations.ts';
import { teamMemberOperations } from '../../areas/teams/member-operations.ts';
import { teamOperations } from '../../areas/teams/operations.ts';
import { createTeamLeaving } from '../../areas/teams/questions.ts';
import { accountOperations } from '../../areas/users/account-operations.ts';
import { groupUserOperations } from '../../areas/users/group-operations.ts';
import { inviteOperations } from '../../areas/users/invite-operations.ts';
import { orgUserOperations } from '../../areas/users/org-operations.ts';
import { createTeamMembers, createUserLeaving } from '../../areas/users/questions.ts';
import { mount } from '../../kernel/operation.ts';
import { createTokens } from '../../kernel/tokens.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { Wing } from './wing.ts';

/** The people in organizations and projects, and the teams they form. */
export function peopleWing({ ground, stores, orgs, projects, teams, people, signIn }: IdentityRooms): Wing {
  const common = { ...ground, orgs, projects };
  const members = { ...common, users: stores.users, teams, people };
  return {
    stores: [stores.users, stores.teams, signIn],
    operations: [
      ...mount([...orgUserOperations, ...inviteOperations], members),
      ...mount(groupUserOperations, members),
      ...mount(accountOperations, members),
      ...mount([...teamOperations, ...teamMemberOperations, ...groupTeamOperations], {
        ...common,
        teams: stores.teams,
        members: createTeamMembers(members),
      }),
    ],
    leaving: [createTeamLeaving(stores.teams), createUserLeaving(stores.users)],
    loops: [],
    watched: [],
  };
}

/** The pages and calls with which people sign in; they stand beside the API, not in it. */
export function mountPeople(
  app: FastifyInstance,
  { ground, orgs, projects, people, accounts, signIn }: IdentityRooms,
  { publicUrl, failures = signInFailures }: { publicUrl?: string; failures?: SignInFailures },
): void {
  const { state, vault, clock } = ground;
  mountSignIn(app, {
    ...{
      state,
      clock,
      people,
      store: signIn,
      failures,
      revoke: accounts.revoke,
      sessionTimeouts: orgs.sessionTimeouts,
    },
    tokens: createTokens(vault.derive('oauth-token'), () => clock.now()),
    idTokenKey: vault.derive('id-token'),
    originOf: ({ protocol, host }) => publicUrl ?? `${protocol}://${host}`,
    nameOf: async (id) => ((await orgs.place(id)) ?? (await projects.place(id)))?.name,
  });
}
