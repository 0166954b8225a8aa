import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { type OrgRole, orgRoles } from '../../contract/roles.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import { echoed } from '../../kernel/wire.ts';
import {
  checkPlaces,
  findMember,
  invite,
  type MemberRoom,
  removeMember,
  setMembership,
  usernameOf,
} from './members.ts';
import { invited, type Member } from './model.ts';
import { deprecated, memberQuery, newer, older, type Statuses, statusesOf } from './views.ts';
import { ChangedOrgUser, NewOrgUser, OrgRoles, readMembership, type WantedMembership } from './wire.ts';

const unknown = ['INVALID_USER_ID', 'USER_NOT_FOUND', 'USER_NOT_IN_ORG'] as const;
type Unknown = (typeof unknown)[number];
const places = ['GROUP_NOT_FOUND', 'TEAM_NOT_FOUND', 'ORG_NOT_FOUND', 'MAX_USERS_PER_TEAM_EXCEEDED'] as const;
type Places = (typeof places)[number];

export const listOrgUsers = operation<MemberRoom, Statuses | undefined, Page<Member>>({
  id: 'listOrgUsers',
  route: 'GET /orgs/{orgId}/users',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: [],
  list: 'page',
  query: memberQuery,
  versions: { '2023-01-01': older, '2025-02-19': newer },
  run: (call, { users, clock }) => {
    const username = call.query.username as string | undefined;
    const filter = { orgId: call.org.id, statuses: statusesOf(call), username: username?.toLowerCase() };
    return users.list(filter, call.paging, clock.now());
  },
});

export const getOrgUser = operation<MemberRoom, unknown, Member, Unknown>({
  id: 'getOrgUser',
  route: 'GET /orgs/{orgId}/users/{userId}',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: unknown,
  query: { orgMembershipStatuses: memberQuery.orgMembershipStatuses },
  versions: { '2025-02-19': newer },
  run: ({ org, path }, room) => findMember(room, org.id, path.userId!),
});

export const createOrgUser = operation<
  MemberRoom,
  WantedMembership,
  Member,
  'INVALID_USERNAME' | 'USER_ALREADY_EXISTS' | 'MAX_USERS_PER_ORG_EXCEEDED' | Places
>({
  id: 'createOrgUser',
  route: 'POST /orgs/{orgId}/users',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_USERNAME', 'USER_ALREADY_EXISTS', 'MAX_USERS_PER_ORG_EXCEEDED', ...places],
  versions: { '2025-02-19': { ...newer, body: NewOrgUser, read: readMembership, status: 201 } },
  run({ org, wanted, caller, note }, room) {
    const username = usernameOf(wanted.username!);
    return transact(room.state, async (tx) => {
      await checkPlaces(room, org.id, wanted, tx);
      const membership = { roles: wanted.roles!, groups: wanted.groups ?? [], teamIds: wanted.teamIds ?? [] };
      const invitation = await invite(room, { orgId: org.id, placeId: org.id, username, membership, caller }, tx);
      await note({ type: 'INVITED_TO_ORG', targetUsername: username }, tx);
      return invited(invitation, room.clock.now());
    });
  },
});

export const updateOrgUser = operation<
  MemberRoom,
  WantedMembership,
  Member,
  Unknown | Places | 'CANNOT_DEMOTE_LAST_ORG_OWNER'
>({
  id: 'updateOrgUser',
  route: 'PATCH /orgs/{orgId}/users/{userId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [...unknown, ...places, 'CANNOT_DEMOTE_LAST_ORG_OWNER'],
  versions: { '2025-02-19': { ...newer, body: ChangedOrgUser, read: readMembership } },
  run: ({ org, path, wanted, note }, room) =>
    transact(room.state, async (tx) => {
      const member = await findMember(room, org.id, path.userId!, tx);
      await checkPlaces(room, org.id, wanted, tx, member.membership);
      const { roles, groups, teamIds } = member.membership;
      const changed = await setMembership(
        room,
        member,
        {
          orgId: org.id,
          roles: wanted.roles ?? roles,
          // Roles are replaced as a whole: what is not named among them is taken away.
          groups: wanted.roles ? (wanted.groups ?? []) : groups,
          teamIds: wanted.teamIds ?? teamIds,
        },
        tx,
      );
      await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: member.username }, tx);
      return changed;
    }),
});

/** Adds or takes one role of the organization. */
const roleChange = (
  id: 'addOrgUserRole' | 'removeOrgUserRole',
  verb: 'addRole' | 'removeRole',
  change: (roles: readonly OrgRole[], role: OrgRole) => OrgRole[],
) =>
  operation<
    MemberRoom,
    { orgRole: OrgRole },
    Member,
    Unknown | 'ORG_NOT_FOUND' | 'CANNOT_DEMOTE_LAST_ORG_OWNER' | 'CANNOT_REMOVE_ALL_USER_ROLES'
  >({
    id,
    route: `POST /orgs/{orgId}/users/{userId}:${verb}`,
    inside: 'org',
    roles: ['ORG_OWNER'],
    fails: [...unknown, 'ORG_NOT_FOUND', 'CANNOT_DEMOTE_LAST_ORG_OWNER', 'CANNOT_REMOVE_ALL_USER_ROLES'],
    versions: {
      '2025-02-19': {
        ...newer,
        body: Type.Object({ orgRole: Type.Enum([...orgRoles]) }, { additionalProperties: false }),
      },
    },
    run: ({ org, path, wanted, note, fail }, room) =>
      transact(room.state, async (tx) => {
        const member = await findMember(room, org.id, path.userId!, tx);
        const roles = change(member.membership.roles, wanted.orgRole);
        if (!roles.length) throw fail('CANNOT_REMOVE_ALL_USER_ROLES');
        const changed = await setMembership(room, member, { ...member.membership, roles }, tx);
        await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: member.username }, tx);
        return changed;
      }),
  });

export const addOrgUserRole = roleChange('addOrgUserRole', 'addRole', (roles, role) => [...new Set([...roles, role])]);
export const removeOrgUserRole = roleChange('removeOrgUserRole', 'removeRole', (roles, role) =>
  roles.filter((it) => it !== role),
);

export const removeOrgUser = operation<
  MemberRoom,
  unknown,
  void,
  Unknown | 'ORG_NOT_FOUND' | 'CANNOT_DELETE_LAST_ADMIN'
>({
  id: 'removeOrgUser',
  route: 'DELETE /orgs/{orgId}/users/{userId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [...unknown, 'ORG_NOT_FOUND', 'CANNOT_DELETE_LAST_ADMIN'],
  versions: { '2023-01-01': { status: 204, deprecated }, '2025-02-19': { status: 204 } },
  run: ({ org, path, note }, room) =>
    transact(room.state, async (tx) => removeMember(room, await findMember(room, org.id, path.userId!, tx), note, tx)),
});

const RolesWire = Type.Object({ orgRoles: OrgRoles }, { additionalProperties: false });
const NewRolesWire = Type.Object({ ...RolesWire.properties, ...echoed('links') }, { additionalProperties: false });

/** The older way to give a user other roles. */
export const updateOrgUserRoles = operation<
  MemberRoom,
  { orgRoles: OrgRole[] },
  { orgRoles: readonly OrgRole[] },
  Unknown | 'ORG_NOT_FOUND' | 'CANNOT_DEMOTE_LAST_ORG_OWNER'
>({
  id: 'updateOrgUserRoles',
  route: 'PUT /orgs/{orgId}/users/{userId}/roles',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [...unknown, 'ORG_NOT_FOUND', 'CANNOT_DEMOTE_LAST_ORG_OWNER'],
  versions: { '2023-01-01': { body: NewRolesWire, reply: RolesWire, status: 200, deprecated } },
  run: ({ org, path, wanted, note }, room) =>
    transact(room.state, async (tx) => {
      const member = await findMember(room, org.id, path.userId!, tx);
      await setMembership(room, member, { ...member.membership, roles: wanted.orgRoles }, tx);
      await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: member.username }, tx);
      return { orgRoles: wanted.orgRoles };
    }),
});

export const orgUserOperations = [
  listOrgUsers,
  getOrgUser,
  createOrgUser,
  updateOrgUser,
  addOrgUserRole,
  removeOrgUserRole,
  removeOrgUser,
  updateOrgUserRoles,
];
