import Type from 'typebox';
import { transact } from '../../base/state.ts';
import type { GroupRole } from '../../contract/roles.ts';
import { operation } from '../../kernel/operation.ts';
import { checkPlaces, invite, type MemberRoom, usernameOf } from './members.ts';
import { type Invitation, type Membership, withGroup } from './model.ts';
import { deprecated } from './views.ts';
import {
  ChangedGroupInvite,
  ChangedInvite,
  GroupInviteReply,
  InviteReply,
  NewGroupInvite,
  NewInvite,
  readInvite,
  type SeenInvite,
  type WantedMembership,
  writeGroupInvite,
  writeInvite,
} from './wire.ts';

const inOrg = { reply: InviteReply, status: 200, deprecated, write: writeInvite };
const inGroup = { reply: GroupInviteReply, status: 200, deprecated, write: writeGroupInvite };
const gone = { '2023-01-01': { status: 204, deprecated } };
const username = { username: Type.String() };
const placeCodes = ['GROUP_NOT_FOUND', 'TEAM_NOT_FOUND', 'ORG_NOT_FOUND', 'MAX_USERS_PER_TEAM_EXCEEDED'] as const;
const inviteCodes = ['INVALID_USERNAME', 'USER_ALREADY_EXISTS', 'MAX_USERS_PER_ORG_EXCEEDED'] as const;
type PlaceCode = (typeof placeCodes)[number];
type InviteCode = (typeof inviteCodes)[number];

/** The pending invitation to this place that an id names. */
async function find({ users, clock }: MemberRoom, placeId: string, id: string): Promise<Invitation | undefined> {
  const it = await users.invitation(id);
  return it?.placeId === placeId && it.expiresAt > clock.now() ? it : undefined;
}

const listFor = async ({ users, clock }: MemberRoom, place: { id: string; name: string }, username: unknown) => {
  const of = (username as string | undefined)?.toLowerCase();
  const all = await users.invitationsTo(place.id, of, clock.now());
  return all.map((invitation) => ({ invitation, name: place.name }));
};

/** What an invitation becomes by a change of some of it. */
const changed = (it: Membership, { roles, groups, teamIds }: WantedMembership): Membership => ({
  orgId: it.orgId,
  roles: roles ?? it.roles,
  groups: groups ?? it.groups,
  teamIds: teamIds ?? it.teamIds,
});

export const listOrgInvites = operation<MemberRoom, unknown, SeenInvite[]>({
  id: 'listOrgInvites',
  route: 'GET /orgs/{orgId}/invites',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [],
  list: 'bare',
  query: username,
  versions: { '2023-01-01': inOrg },
  run: ({ org, query }, room) => listFor(room, org, query.username),
});

export const createOrgInvite = operation<MemberRoom, WantedMembership, SeenInvite, InviteCode | PlaceCode>({
  id: 'createOrgInvite',
  route: 'POST /orgs/{orgId}/invites',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [...inviteCodes, ...placeCodes],
  versions: { '2023-01-01': { ...inOrg, body: NewInvite, read: readInvite } },
  run({ org, wanted, caller, note }, room) {
    const username = usernameOf(wanted.username!);
    return transact(room.state, async (tx) => {
      await checkPlaces(room, org.id, wanted, tx);
      const membership = {
        roles: wanted.roles ?? ['ORG_MEMBER' as const],
        groups: wanted.groups ?? [],
        teamIds: wanted.teamIds ?? [],
      };
      const invitation = await invite(room, { orgId: org.id, placeId: org.id, username, membership, caller }, tx);
      await note({ type: 'INVITED_TO_ORG', targetUsername: username }, tx);
      return { invitation, name: org.name };
    });
  },
});

export const getOrgInvite = operation<MemberRoom, unknown, SeenInvite, 'INVALID_INVITATION_ID'>({
  id: 'getOrgInvite',
  route: 'GET /orgs/{orgId}/invites/{invitationId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_INVITATION_ID'],
  versions: { '2023-01-01': inOrg },
  async run({ org, path, fail }, room) {
    const invitation = await find(room, org.id, path.invitationId!);
    if (!invitation) throw fail('INVALID_INVITATION_ID');
    return { invitation, name: org.name };
  },
});

/** By id in the path, or by the username in the body. */
const orgInviteChange = (id: 'updateOrgInviteById' | 'updateOrgInvites', rest: '' | '/{invitationId}') =>
  operation<MemberRoom, WantedMembership, SeenInvite, 'INVALID_INVITATION_ID' | 'INVALID_USERNAME' | PlaceCode>({
    id,
    route: `PATCH /orgs/{orgId}/invites${rest}`,
    inside: 'org',
    roles: ['ORG_OWNER'],
    fails: ['INVALID_INVITATION_ID', 'INVALID_USERNAME', ...placeCodes],
    versions: { '2023-01-01': { ...inOrg, body: rest ? ChangedInvite : NewInvite, read: readInvite } },
    run: ({ org, path, wanted, note, fail }, room) =>
      transact(room.state, async (tx) => {
        const before = rest
          ? await find(room, org.id, path.invitationId!)
          : await room.users.invitationTo(org.id, usernameOf(wanted.username!), tx);
        if (!before) throw fail('INVALID_INVITATION_ID');
        await checkPlaces(room, org.id, wanted, tx, before);
        const invitation = await room.users.setInvitation(before._id, changed(before, wanted), tx);
        if (!invitation) throw fail('INVALID_INVITATION_ID');
        await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: invitation.username }, tx);
        return { invitation, name: org.name };
      }),
  });

export const deleteOrgInvite = operation<MemberRoom, unknown, void, 'INVALID_INVITATION_ID'>({
  id: 'deleteOrgInvite',
  route: 'DELETE /orgs/{orgId}/invites/{invitationId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_INVITATION_ID'],
  versions: gone,
  run: ({ org, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const invitation = await find(room, org.id, path.invitationId!);
      if (!invitation) throw fail('INVALID_INVITATION_ID');
      await room.users.removeInvitation(invitation._id, tx);
      await note({ type: 'ORG_INVITATION_DELETED', targetUsername: invitation.username }, tx);
    }),
});

export const listGroupInvites = operation<MemberRoom, unknown, SeenInvite[]>({
  id: 'listGroupInvites',
  route: 'GET /groups/{groupId}/invites',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [],
  list: 'bare',
  query: username,
  versions: { '2023-01-01': inGroup },
  run: ({ group, query }, room) => listFor(room, group, query.username),
});

interface WantedGroupInvite {
  username: string;
  roles: GroupRole[];
}

export const createGroupInvite = operation<MemberRoom, WantedGroupInvite, SeenInvite, InviteCode | 'ORG_NOT_FOUND'>({
  id: 'createGroupInvite',
  route: 'POST /groups/{groupId}/invites',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...inviteCodes, 'ORG_NOT_FOUND'],
  versions: { '2023-01-01': { ...inGroup, body: NewGroupInvite } },
  run({ group, wanted, caller, note }, room) {
    const username = usernameOf(wanted.username);
    const { id, orgId } = group;
    const membership = { roles: ['ORG_MEMBER' as const], groups: [{ groupId: id, roles: wanted.roles }], teamIds: [] };
    return transact(room.state, async (tx) => {
      const invitation = await invite(room, { orgId, placeId: id, username, membership, caller }, tx);
      await note({ type: 'INVITED_TO_GROUP', targetUsername: username }, tx);
      return { invitation, name: group.name };
    });
  },
});

export const getGroupInvite = operation<MemberRoom, unknown, SeenInvite, 'INVALID_INVITATION_ID'>({
  id: 'getGroupInvite',
  route: 'GET /groups/{groupId}/invites/{invitationId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['INVALID_INVITATION_ID'],
  versions: { '2023-01-01': inGroup },
  async run({ group, path, fail }, room) {
    const invitation = await find(room, group.id, path.invitationId!);
    if (!invitation) throw fail('INVALID_INVITATION_ID');
    return { invitation, name: group.name };
  },
});

const groupInviteChange = (id: 'updateGroupInviteById' | 'updateGroupInvites', rest: '' | '/{invitationId}') =>
  operation<MemberRoom, WantedGroupInvite, SeenInvite, 'INVALID_INVITATION_ID' | 'INVALID_USERNAME'>({
    id,
    route: `PATCH /groups/{groupId}/invites${rest}`,
    inside: 'group',
    roles: ['GROUP_OWNER'],
    fails: ['INVALID_INVITATION_ID', 'INVALID_USERNAME'],
    versions: { '2023-01-01': { ...inGroup, body: rest ? ChangedGroupInvite : NewGroupInvite } },
    run: ({ group, path, wanted, note, fail }, room) =>
      transact(room.state, async (tx) => {
        const before = rest
          ? await find(room, group.id, path.invitationId!)
          : await room.users.invitationTo(group.id, usernameOf(wanted.username), tx);
        if (!before) throw fail('INVALID_INVITATION_ID');
        const membership = withGroup(before, group.id, wanted.roles);
        const invitation = await room.users.setInvitation(before._id, membership, tx);
        if (!invitation) throw fail('INVALID_INVITATION_ID');
        await note({ type: 'USER_ROLES_CHANGED_AUDIT', targetUsername: invitation.username }, tx);
        return { invitation, name: group.name };
      }),
  });

export const deleteGroupInvite = operation<MemberRoom, unknown, void, 'INVALID_INVITATION_ID'>({
  id: 'deleteGroupInvite',
  route: 'DELETE /groups/{groupId}/invites/{invitationId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['INVALID_INVITATION_ID'],
  versions: gone,
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const invitation = await find(room, group.id, path.invitationId!);
      if (!invitation) throw fail('INVALID_INVITATION_ID');
      await room.users.removeInvitation(invitation._id, tx);
      await note({ type: 'GROUP_INVITATION_DELETED', targetUsername: invitation.username }, tx);
    }),
});

export const inviteOperations = [
  listOrgInvites,
  createOrgInvite,
  getOrgInvite,
  orgInviteChange('updateOrgInviteById', '/{invitationId}'),
  orgInviteChange('updateOrgInvites', ''),
  deleteOrgInvite,
  listGroupInvites,
  createGroupInvite,
  getGroupInvite,
  groupInviteChange('updateGroupInviteById', '/{invitationId}'),
  groupInviteChange('updateGroupInvites', ''),
  deleteGroupInvite,
];
