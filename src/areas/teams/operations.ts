import { isDuplicateKey } from '../../base/driver-errors.ts';
import { newId } from '../../base/ids.ts';
import { type State, transact } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { TeamMembers } from '../users/questions.ts';
import { isTeamName, type Team } from './model.ts';
import type { TeamStore } from './store.ts';
import { NewTeam, NewTeamReply, RenamedTeam, TeamReply, writeTeam } from './wire.ts';

export interface TeamRoom {
  state: State;
  teams: TeamStore;
  members: TeamMembers;
  orgs: Pick<OrgQuestions, 'within'>;
  limits: Limits;
  clock: { now(): Date };
}

const shown = { reply: TeamReply, status: 200, write: writeTeam };

export const listOrgTeams = operation<TeamRoom, unknown, Page<Team>>({
  id: 'listOrgTeams',
  route: 'GET /orgs/{orgId}/teams',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_MEMBER'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: ({ org, paging }, { teams }) => teams.list(org.id, paging),
});

export const getOrgTeam = operation<TeamRoom, unknown, Team, 'TEAM_NOT_FOUND'>({
  id: 'getOrgTeam',
  route: 'GET /orgs/{orgId}/teams/{teamId}',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_MEMBER'],
  fails: ['TEAM_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ org, path, fail }, { teams }) {
    const team = await teams.find(org.id, path.teamId!);
    if (!team) throw fail('TEAM_NOT_FOUND', path.teamId!);
    return team;
  },
});

export const getOrgTeamByName = operation<TeamRoom, unknown, Team, 'TEAM_NAME_NOT_FOUND'>({
  id: 'getOrgTeamByName',
  route: 'GET /orgs/{orgId}/teams/byName/{teamName}',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_MEMBER'],
  fails: ['TEAM_NAME_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ org, path, fail }, { teams }) {
    const team = await teams.named(org.id, path.teamName!);
    if (!team) throw fail('TEAM_NAME_NOT_FOUND', path.teamName!);
    return team;
  },
});

interface MadeTeam {
  team: Team;
  usernames: readonly string[];
}

export const createOrgTeam = operation<
  TeamRoom,
  { name: string; usernames: string[] },
  MadeTeam,
  | 'INVALID_TEAM_NAME'
  | 'CANNOT_CREATE_EMPTY_TEAM'
  | 'BAD_USERNAME_REF'
  | 'TEAM_NAME_NOT_AVAILABLE'
  | 'MAX_TEAMS_PER_ORG_EXCEEDED'
  | 'MAX_USERS_PER_TEAM_EXCEEDED'
>({
  id: 'createOrgTeam',
  route: 'POST /orgs/{orgId}/teams',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: [
    'INVALID_TEAM_NAME',
    'CANNOT_CREATE_EMPTY_TEAM',
    'BAD_USERNAME_REF',
    'TEAM_NAME_NOT_AVAILABLE',
    'MAX_TEAMS_PER_ORG_EXCEEDED',
    'MAX_USERS_PER_TEAM_EXCEEDED',
  ],
  versions: {
    '2023-01-01': {
      body: NewTeam,
      reply: NewTeamReply,
      status: 201,
      write: ({ team, usernames }, links) => ({ ...writeTeam(team, links), usernames }),
      location: ({ team }, { origin }) => `${origin}/orgs/${team.orgId}/teams/${team._id}`,
    },
  },
  async run({ org, wanted, note, fail }, { teams, members, orgs, limits, clock }) {
    const { name } = wanted;
    if (!isTeamName(name)) throw fail('INVALID_TEAM_NAME', name);
    const usernames = [...new Set(wanted.usernames.map((it) => it.toLowerCase()))];
    if (!usernames.length) throw fail('CANNOT_CREATE_EMPTY_TEAM');
    try {
      return await orgs.within(org.id, async (tx) => {
        if ((await teams.countOf(org.id, tx)) >= limits.teamsPerOrg)
          throw fail('MAX_TEAMS_PER_ORG_EXCEEDED', limits.teamsPerOrg, org.id);
        const team: Team = { _id: newId(), orgId: org.id, name, groups: [], created: clock.now() };
        if (usernames.length > limits.usersPerTeam)
          throw fail('MAX_USERS_PER_TEAM_EXCEEDED', limits.usersPerTeam, team._id);
        await teams.insert(team, tx);
        await note({ type: 'TEAM_CREATED', teamId: team._id }, tx);
        for (const username of usernames) {
          const member = await members.named(org.id, username, tx);
          if (!member) throw fail('BAD_USERNAME_REF', username);
          await members.addToTeam(member, team._id, tx);
          await note({ type: 'JOINED_TEAM', targetUsername: username }, tx);
        }
        return { team, usernames };
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('TEAM_NAME_NOT_AVAILABLE', name, org.id);
      throw error;
    }
  },
});

export const renameOrgTeam = operation<
  TeamRoom,
  { name: string },
  Team,
  'INVALID_TEAM_NAME' | 'TEAM_NOT_FOUND' | 'TEAM_NAME_NOT_AVAILABLE'
>({
  id: 'renameOrgTeam',
  route: 'PATCH /orgs/{orgId}/teams/{teamId}',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_TEAM_NAME', 'TEAM_NOT_FOUND', 'TEAM_NAME_NOT_AVAILABLE'],
  versions: { '2023-01-01': { ...shown, body: RenamedTeam } },
  async run({ org, path, wanted: { name }, note, fail }, { state, teams }) {
    if (!isTeamName(name)) throw fail('INVALID_TEAM_NAME', name);
    try {
      return await transact(state, async (tx) => {
        const team = await teams.rename(org.id, path.teamId!, name, tx);
        if (!team) throw fail('TEAM_NOT_FOUND', path.teamId!);
        await note({ type: 'TEAM_NAME_CHANGED', teamId: team._id }, tx);
        return team;
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('TEAM_NAME_NOT_AVAILABLE', name, org.id);
      throw error;
    }
  },
});

export const deleteOrgTeam = operation<
  TeamRoom,
  unknown,
  void,
  'TEAM_NOT_FOUND' | 'CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT'
>({
  id: 'deleteOrgTeam',
  route: 'DELETE /orgs/{orgId}/teams/{teamId}',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: ['TEAM_NOT_FOUND', 'CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ org, path, note, fail }, { state, teams, members }) =>
    transact(state, async (tx) => {
      const team = await teams.find(org.id, path.teamId!, tx);
      if (!team) throw fail('TEAM_NOT_FOUND', path.teamId!);
      if (team.groups.length) throw fail('CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT');
      await members.clearTeam(team._id, tx);
      await teams.remove(team._id, tx);
      await note({ type: 'TEAM_DELETED', teamId: team._id }, tx);
    }),
});

export const teamOperations = [listOrgTeams, getOrgTeam, getOrgTeamByName, createOrgTeam, renameOrgTeam, deleteOrgTeam];
