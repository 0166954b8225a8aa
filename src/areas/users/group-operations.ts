import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { type GroupRole, groupRoles, groupRolesOfOrgRole, orgRoles } from '../../contract/roles.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import { echoed } from '../../kernel/wire.ts';
import { findMember, invite, type MemberRoom, setMembership, usernameOf } from './members.ts';
import { groupRolesIn, type Invitation, invited, type Member, memberOf, withGroup } from './model.ts';
import { deprecated, memberQuery, older, type Statuses, statusesOf } from './views.ts';
import { GroupMemberReply, GroupRoles, InviteReply, NewGroupUser, writeGroupMember, writeInvite } from './wire.ts';

export interface GroupMemberRoom extends MemberRoom {
  teams: MemberRoom['teams'] & { idsIn(groupId: string): Promise<string[]> };
}

/** A member in the light of one project. */
export interface GroupMember {
  member: Member;
  groupId: string;
}

const newer = { reply: GroupMemberReply, status: 200, write: writeGroupMember };
const unknown = ['INVALID_USER_ID', 'USER_NOT_FOUND', 'USER_NOT_IN_ORG', 'USER_NOT_IN_GROUP'] as const;
type Unknown = (typeof unknown)[number];

/** Organization roles that reach into every project. */
const reaching = orgRoles.filter((it) => groupRolesOfOrgRole(it).length);

export const listGroupUsers = operation<GroupMemberRoom, Statuses | undefined, Page<GroupMember>>({
  id: 'listGroupUsers',
  route: 'GET /groups/{groupId}/users',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  query: {
    ...memberQuery,
    flattenTeams: Type.Boolean({ default: false }),
    includeOrgUsers: Type.Boolean({ default: false }),
  },
  versions: {
    '2023-01-01': { ...older, write: ({ member }: GroupMember, links) => older.write(member, links) },
    '2025-02-19': newer,
  },
  async run(call, { users, teams, clock }) {
    const { group, query, paging } = call;
    const { items, total } = await users.list(
      {
        orgId: group.orgId,
        statuses: statusesOf(call),
        username: (query.username as string | undefined)?.toLowerCase(),
        group: {
          groupId: group.id,
          teamIds: query.flattenTeams ? await teams.idsIn(group.id) : [],
          orgRoles: query.includeOrgUsers ? reaching : [],
        },
      },
      paging,
      clock.now(),
    );
    return { items: items.map((member) => ({ member, groupId: group.id })), total };
  },
});

async function find(
  room: MemberRoom,
  { orgId, id }: { orgId: string; id: string },
  userId: string,
  tx?: Parameters<typeof findMember>[3],
) {
  const member = await findMember(room, orgId, userId, tx);
  return { member, roles: groupRolesIn(member.membership, id) };
}

export const getGroupUser = operation<GroupMemberRoom, unknown, GroupMember, Unknown>({
  id: 'getGroupUser',
  route: 'GET /groups/{groupId}/users/{userId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: unknown,
  query: { orgMembershipStatuses: memberQuery.orgMembershipStatuses },
  versions: { '2025-02-19': newer },
  async run({ group, path, fail }, room) {
    const { member, roles } = await find(room, group, path.userId!);
    if (!roles.length) throw fail('USER_NOT_IN_GROUP', member.username, group.id);
    return { member, groupId: group.id };
  },
});

/** Who is in the organization joins at once; whoever is not is invited to it along with the project. */
export const addGroupUsers = operation<
  GroupMemberRoom,
  { username: string; roles: GroupRole[] },
  GroupMember,
  'INVALID_USERNAME' | 'USER_ALREADY_EXISTS' | 'MAX_USERS_PER_ORG_EXCEEDED' | 'ORG_NOT_FOUND'
>({
  id: 'addGroupUsers',
  route: 'POST /groups/{groupId}/users',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['INVALID_USERNAME', 'USER_ALREADY_EXISTS', 'MAX_USERS_PER_ORG_EXCEEDED', 'ORG_NOT_FOUND'],
  versions: { '2025-02-19': { ...newer, body: NewGroupUser, status: 201 } },
  run({ group, wanted, caller, note, fail }, room) {
    const username = usernameOf(wanted.username);
    const { users, clock } = room;
    const { orgId, id } = group;
    return transact(room.state, async (tx) => {
      const user = await users.byUsername(username, tx);
      const invitation = await users.invitationTo(orgId, username, tx);
      const waiting = invitation && invitation.expiresAt > clock.now() ? invited(invitation, clock.now()) : undefined;
      const member = (user && memberOf(user, orgId)) ?? waiting;
      const about = { targetUsername: username };
      if (!member) {
        const membership = {
          roles: ['ORG_MEMBER' as const],
          groups: [{ groupId: id, roles: wanted.roles }],
          teamIds: [],
        };
        const made = await invite(room, { orgId, placeId: orgId, username, membership, caller }, tx);
        await note({ type: 'INVITED_TO_GROUP', ...about }, tx);
        return { member: invited(made, clock.now()), groupId: id };
      }
      if (groupRolesIn(member.membership, id).length) throw fail('USER_ALREADY_EXISTS', username);
      const changed = await setMembership(room, member, withGroup(member.membership, id, wanted.roles), tx);
      await note({ type: member.user ? 'JOINED_GROUP' : 'INVITED_TO_GROUP', ...about }, tx);
      return { member: changed, groupId: id };
    });
  },
});

const roleChange = (
  id: 'addGroupUserRole' | 'removeGroupUserRole',
  verb: 'addRole' | 'removeRole',
  change: (roles: readonly GroupRole[], role: GroupRole) => GroupRole[],
) =>
  operation<
    GroupMemberRoom,
    { groupRole: GroupRole },
    GroupMember,
    Unknown | 'ORG_NOT_FOUND' | 'CANNOT_REMOVE_ALL_USER_ROLES'
  >({
    id,
    route: `POST /groups/{groupId}/users/{userId}:${verb}`,
    inside: 'group',
    roles: ['GROUP_ACCESS_MANAGER'],
    fails: [...unknown, 'ORG_NOT_FOUND', 'CANNOT_REMOVE_ALL_USER_ROLES'],
    versions: {
      '2025-02-19': {
        ...newer,
        body: Type.Object({ groupRole: Type.Enum([...groupRoles]) }, { additionalProperties: false }),
      },
    },
    run: ({ group, path, wanted, note, fail }, room) =>
      transact(room.state, async (tx) => {
        const { member, roles } = await find(room, group, path.userId!, tx);
        if (!roles.length) throw fail('USER_NOT_IN_GROUP', member.username, group.id);
        const left = change(roles, wanted.groupRole);
        if (!left.length) throw fail('CANNOT_REMOVE_ALL_USER_ROLES');
        const changed = await setMembership(room, member, withGroup(member.membership, group.id, left), tx);
        await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: member.username }, tx);
        return { member: changed, groupId: group.id };
      }),
  });

export const addGroupUserRole = roleChange('addGroupUserRole', 'addRole', (roles, role) => [
  ...new Set([...roles, role]),
]);
export const removeGroupUserRole = roleChange('removeGroupUserRole', 'removeRole', (roles, role) =>
  roles.filter((it) => it !== role),
);

export const removeGroupUser = operation<GroupMemberRoom, unknown, void, Unknown | 'ORG_NOT_FOUND'>({
  id: 'removeGroupUser',
  route: 'DELETE /groups/{groupId}/users/{userId}',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: [...unknown, 'ORG_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204, deprecated }, '2025-02-19': { status: 204 } },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const { member, roles } = await find(room, group, path.userId!, tx);
      if (!roles.length) throw fail('USER_NOT_IN_GROUP', member.username, group.id);
      await setMembership(room, member, withGroup(member.membership, group.id, []), tx);
      await note({ type: 'REMOVED_FROM_GROUP', targetUsername: member.username }, tx);
    }),
});

const RolesWire = Type.Object({ groupRoles: GroupRoles }, { additionalProperties: false });
const NewRolesWire = Type.Object({ ...RolesWire.properties, ...echoed('links') }, { additionalProperties: false });

/** The older way to give a user other roles in a project. */
export const updateGroupUserRoles = operation<
  GroupMemberRoom,
  { groupRoles: GroupRole[] },
  { groupRoles: readonly GroupRole[] },
  Unknown | 'ORG_NOT_FOUND'
>({
  id: 'updateGroupUserRoles',
  route: 'PUT /groups/{groupId}/users/{userId}/roles',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...unknown, 'ORG_NOT_FOUND'],
  versions: { '2023-01-01': { body: NewRolesWire, reply: RolesWire, status: 200, deprecated } },
  run: ({ group, path, wanted, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const { member, roles } = await find(room, group, path.userId!, tx);
      if (!roles.length) throw fail('USER_NOT_IN_GROUP', member.username, group.id);
      await setMembership(room, member, withGroup(member.membership, group.id, wanted.groupRoles), tx);
      await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: member.username }, tx);
      return wanted;
    }),
});

/** The older way to add somebody: a member of the organization joins with an empty answer, others are invited. */
export const addGroupAccessUser = operation<
  GroupMemberRoom,
  { username: string; roles: GroupRole[] },
  { invitation?: Invitation; orgName: string },
  'INVALID_USERNAME' | 'USER_ALREADY_EXISTS' | 'MAX_USERS_PER_ORG_EXCEEDED' | 'ORG_NOT_FOUND'
>({
  id: 'addGroupAccessUser',
  route: 'POST /groups/{groupId}/access',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['INVALID_USERNAME', 'USER_ALREADY_EXISTS', 'MAX_USERS_PER_ORG_EXCEEDED', 'ORG_NOT_FOUND'],
  versions: {
    '2023-02-01': {
      body: NewGroupUser,
      reply: InviteReply,
      status: 200,
      deprecated,
      write: ({ invitation, orgName }) => (invitation ? writeInvite({ invitation, name: orgName }) : {}),
    },
  },
  async run(call, room) {
    const { member } = await addGroupUsers.run(call, room);
    return { invitation: member.invitation, orgName: call.org.name };
  },
});

export const groupUserOperations = [
  listGroupUsers,
  getGroupUser,
  addGroupUsers,
  addGroupUserRole,
  removeGroupUserRole,
  removeGroupUser,
  updateGroupUserRoles,
  addGroupAccessUser,
];
