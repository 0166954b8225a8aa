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
import type { IdentityRooms } from './identity.ts';
import type { Wing } from './wing.ts';

/** The people in organizations and projects, and the teams they form. */
export function peopleWing({ ground, stores, orgs, projects, teams, people }: IdentityRooms): Wing {
  const common = { ...ground, orgs, projects };
  const members = { ...common, users: stores.users, teams, people };
  return {
    stores: [stores.users, stores.teams],
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
