import Type from 'typebox';
import { type Tx, transact } from '../../base/state.ts';
import type { GroupRole } from '../../contract/roles.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { Team } from './model.ts';
import type { TeamRoom } from './operations.ts';
import { ChangedTeamRoles, type SeenTeam, TeamRoles, TeamRolesReply, writeTeamRoles } from './wire.ts';

export interface GroupTeamRoom extends TeamRoom {
  projects: Pick<ProjectQuestions, 'within'>;
}

const shown = { reply: TeamRolesReply, status: 200, write: writeTeamRoles };

async function find(
  { group, path, fail }: Pick<Call<unknown, 'TEAM_NOT_FOUND' | 'TEAM_NOT_IN_GROUP'>, 'group' | 'path' | 'fail'>,
  { teams }: TeamRoom,
  tx?: Tx,
): Promise<Team> {
  const team = await teams.find(group.orgId, path.teamId!, tx);
  if (!team) throw fail('TEAM_NOT_FOUND', path.teamId!);
  if (!team.groups.some((it) => it.groupId === group.id)) throw fail('TEAM_NOT_IN_GROUP');
  return team;
}

const listOf = async ({ group, paging }: Pick<Call<unknown>, 'group' | 'paging'>, { teams }: TeamRoom) => {
  const { items, total } = await teams.listWith(group.id, paging);
  return { items: items.map((team) => ({ team, groupId: group.id })), total };
};

export const listGroupTeams = operation<GroupTeamRoom, unknown, Page<SeenTeam>>({
  id: 'listGroupTeams',
  route: 'GET /groups/{groupId}/teams',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: listOf,
});

export const getGroupTeam = operation<GroupTeamRoom, unknown, SeenTeam, 'TEAM_NOT_FOUND' | 'TEAM_NOT_IN_GROUP'>({
  id: 'getGroupTeam',
  route: 'GET /groups/{groupId}/teams/{teamId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['TEAM_NOT_FOUND', 'TEAM_NOT_IN_GROUP'],
  versions: { '2023-01-01': shown },
  run: async (call, room) => ({ team: await find(call, room), groupId: call.group.id }),
});

/** All of them or none; the answer shows every team of the project. */
export const addGroupTeams = operation<
  GroupTeamRoom,
  { teamId: string; roleNames: GroupRole[] }[],
  Page<SeenTeam>,
  | 'TEAM_NOT_FOUND'
  | 'TEAM_EXISTS_IN_GROUP'
  | 'NO_ROLES_IN_ASSIGNMENT'
  | 'MAX_TEAMS_PER_GROUP_EXCEEDED'
  | 'GROUP_NOT_FOUND'
>({
  id: 'addGroupTeams',
  route: 'POST /groups/{groupId}/teams',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: [
    'TEAM_NOT_FOUND',
    'TEAM_EXISTS_IN_GROUP',
    'NO_ROLES_IN_ASSIGNMENT',
    'MAX_TEAMS_PER_GROUP_EXCEEDED',
    'GROUP_NOT_FOUND',
  ],
  list: 'page',
  versions: { '2023-01-01': { ...shown, body: Type.Array(TeamRoles) } },
  async run(call, room) {
    const { group, wanted, note, fail } = call;
    const { teams, projects, limits } = room;
    await projects.within(group.id, async (tx) => {
      for (const { teamId, roleNames } of wanted) {
        const team = await teams.find(group.orgId, teamId, tx);
        if (!team) throw fail('TEAM_NOT_FOUND', teamId);
        if (!roleNames.length) throw fail('NO_ROLES_IN_ASSIGNMENT');
        if (team.groups.some((it) => it.groupId === group.id)) throw fail('TEAM_EXISTS_IN_GROUP');
        await teams.addGroup(teamId, group.id, roleNames, tx);
        await note({ type: 'TEAM_ADDED_TO_GROUP', teamId }, tx);
      }
      if ((await teams.countWith(group.id, tx)) > limits.teamsPerGroup)
        throw fail('MAX_TEAMS_PER_GROUP_EXCEEDED', limits.teamsPerGroup, group.id);
    });
    return listOf(call, room);
  },
});

export const updateGroupTeam = operation<
  GroupTeamRoom,
  { roleNames: GroupRole[] },
  Page<SeenTeam>,
  'TEAM_NOT_FOUND' | 'TEAM_NOT_IN_GROUP' | 'NO_ROLES_IN_ASSIGNMENT'
>({
  id: 'updateGroupTeam',
  route: 'PATCH /groups/{groupId}/teams/{teamId}',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['TEAM_NOT_FOUND', 'TEAM_NOT_IN_GROUP', 'NO_ROLES_IN_ASSIGNMENT'],
  list: 'page',
  versions: { '2023-01-01': { ...shown, body: ChangedTeamRoles } },
  async run(call, room) {
    const { group, wanted, note, fail } = call;
    if (!wanted.roleNames.length) throw fail('NO_ROLES_IN_ASSIGNMENT');
    await transact(room.state, async (tx) => {
      const { _id } = await find(call, room, tx);
      await room.teams.setGroupRoles(_id, group.id, wanted.roleNames, tx);
      await note({ type: 'TEAM_ROLES_MODIFIED', teamId: _id }, tx);
    });
    return listOf(call, room);
  },
});

export const removeGroupTeam = operation<GroupTeamRoom, unknown, void, 'TEAM_NOT_FOUND' | 'TEAM_NOT_IN_GROUP'>({
  id: 'removeGroupTeam',
  route: 'DELETE /groups/{groupId}/teams/{teamId}',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['TEAM_NOT_FOUND', 'TEAM_NOT_IN_GROUP'],
  versions: { '2023-01-01': { status: 204 } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const { _id } = await find(call, room, tx);
      await room.teams.removeGroup(_id, call.group.id, tx);
      await call.note({ type: 'TEAM_REMOVED_FROM_GROUP', teamId: _id }, tx);
    }),
});

export const groupTeamOperations = [listGroupTeams, getGroupTeam, addGroupTeams, updateGroupTeam, removeGroupTeam];
