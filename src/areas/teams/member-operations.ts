import Type from 'typebox';
import { type Tx, transact } from '../../base/state.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import { deprecated, type Member, memberQuery, newer, older, type Statuses, statusesOf } from '../users/questions.ts';
import type { TeamRoom } from './operations.ts';

const team = ['TEAM_NOT_FOUND'] as const;
const unknown = ['INVALID_USER_ID', 'USER_NOT_FOUND', 'USER_NOT_IN_ORG', ...team] as const;
type Unknown = (typeof unknown)[number];
const added = ['USER_ALREADY_IN_TEAM', 'MAX_USERS_PER_TEAM_EXCEEDED'] as const;
type Added = (typeof added)[number];

async function checkTeam(
  { org, path, fail }: Pick<Call<unknown, 'TEAM_NOT_FOUND'>, 'org' | 'path' | 'fail'>,
  { teams }: TeamRoom,
  tx?: Tx,
): Promise<string> {
  const found = await teams.find(org.id, path.teamId!, tx);
  if (!found) throw fail('TEAM_NOT_FOUND', path.teamId!);
  return found._id;
}

async function add(
  call: Pick<Call<unknown, Unknown | Added>, 'org' | 'path' | 'note' | 'fail'>,
  room: TeamRoom,
  id: string,
  tx: Tx,
): Promise<Member> {
  const { org, note, fail } = call;
  const teamId = await checkTeam(call, room, tx);
  const member = await room.members.find(org.id, id, tx);
  if (member.membership.teamIds.includes(teamId)) throw fail('USER_ALREADY_IN_TEAM', id, teamId);
  const { usersPerTeam } = room.limits;
  if ((await room.members.countInTeam(org.id, teamId, tx)) >= usersPerTeam)
    throw fail('MAX_USERS_PER_TEAM_EXCEEDED', usersPerTeam, teamId);
  const changed = await room.members.addToTeam(member, teamId, tx);
  await note({ type: member.user ? 'JOINED_TEAM' : 'INVITED_TO_TEAM', targetUsername: member.username }, tx);
  return changed;
}

async function take(
  call: Pick<Call<unknown, Unknown>, 'org' | 'path' | 'note' | 'fail'>,
  room: TeamRoom,
  id: string,
  tx: Tx,
): Promise<Member> {
  const teamId = await checkTeam(call, room, tx);
  const member = await room.members.find(call.org.id, id, tx);
  if (!member.membership.teamIds.includes(teamId)) throw call.fail('USER_NOT_FOUND', id);
  const changed = await room.members.takeFromTeam(member, teamId, tx);
  await call.note({ type: 'REMOVED_FROM_TEAM', targetUsername: member.username }, tx);
  return changed;
}

const listOf = async (
  call: Pick<Call<Statuses | undefined, 'TEAM_NOT_FOUND'>, 'org' | 'path' | 'fail' | 'wanted' | 'query' | 'paging'>,
  room: TeamRoom,
): Promise<Page<Member>> => {
  const teamId = await checkTeam(call, room);
  const { org, query, paging } = call;
  const username = (query.username as string | undefined)?.toLowerCase();
  const filter = {
    orgId: org.id,
    teamId,
    username,
    id: query.userId as string | undefined,
    statuses: statusesOf(call),
  };
  return room.members.list(filter, paging, room.clock.now());
};

export const listOrgTeamUsers = operation<TeamRoom, Statuses | undefined, Page<Member>, 'TEAM_NOT_FOUND'>({
  id: 'listOrgTeamUsers',
  route: 'GET /orgs/{orgId}/teams/{teamId}/users',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_MEMBER'],
  fails: team,
  list: 'page',
  query: { ...memberQuery, userId: Type.String() },
  versions: { '2023-01-01': older, '2025-02-19': newer },
  run: (call, room) => listOf(call, room),
});

const OneUser = Type.Object({ id: Type.String() }, { additionalProperties: false });

export const addOrgTeamUser = operation<TeamRoom, { id: string }, Member, Unknown | Added>({
  id: 'addOrgTeamUser',
  route: 'POST /orgs/{orgId}/teams/{teamId}:addUser',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: [...unknown, ...added],
  versions: { '2025-02-19': { ...newer, body: OneUser } },
  run: (call, room) => transact(room.state, (tx) => add(call, room, call.wanted.id, tx)),
});

export const removeOrgTeamUser = operation<TeamRoom, { id: string }, Member, Unknown>({
  id: 'removeOrgTeamUser',
  route: 'POST /orgs/{orgId}/teams/{teamId}:removeUser',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: unknown,
  versions: { '2025-02-19': { ...newer, body: OneUser } },
  run: (call, room) => transact(room.state, (tx) => take(call, room, call.wanted.id, tx)),
});

/** The older way: several at once, all of them or none. */
export const addOrgTeamUsers = operation<TeamRoom, { id: string }[], Page<Member>, Unknown | Added>({
  id: 'addOrgTeamUsers',
  route: 'POST /orgs/{orgId}/teams/{teamId}/users',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: [...unknown, ...added],
  list: 'page',
  versions: {
    '2023-01-01': {
      ...older,
      read: (wire: { id: string }[]) => wire,
      body: Type.Array(OneUser),
      deprecated,
    },
  },
  async run(call, room) {
    await transact(room.state, async (tx) => {
      for (const { id } of call.wanted) await add(call, room, id, tx);
    });
    return listOf({ ...call, wanted: { statuses: ['ACTIVE'] } }, room);
  },
});

export const removeOrgTeamUserFromTeam = operation<TeamRoom, unknown, void, Unknown>({
  id: 'removeOrgTeamUserFromTeam',
  route: 'DELETE /orgs/{orgId}/teams/{teamId}/users/{userId}',
  inside: 'org',
  bucket: 'group',
  roles: ['ORG_OWNER'],
  fails: unknown,
  versions: { '2023-01-01': { status: 204, deprecated } },
  run: (call, room) => transact(room.state, async (tx) => void (await take(call, room, call.path.userId!, tx))),
});

export const teamMemberOperations = [
  listOrgTeamUsers,
  addOrgTeamUser,
  removeOrgTeamUser,
  addOrgTeamUsers,
  removeOrgTeamUserFromTeam,
];
