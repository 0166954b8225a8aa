import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { groupRoles, orgRoles } from '../../contract/roles.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, orNull, setOf, sometimes } from '../../kernel/wire.ts';
import { assignmentsOf, groupRolesIn, type Invitation, type Member, type Membership, type User } from './model.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ pattern: '^[a-f0-9]{24}$' });
export const OrgRoles = setOf(Type.Enum([...orgRoles]), { minItems: 1 });
export const GroupRoles = setOf(Type.Enum([...groupRoles]), { minItems: 1 });
const Ids = Type.Array(Id);

export const MembershipRoles = Type.Object(
  {
    orgRoles: OrgRoles,
    groupRoleAssignments: Type.Optional(Type.Array(Type.Object({ groupId: Id, groupRoles: GroupRoles }, closed))),
  },
  closed,
);
export const NewOrgUser = Type.Object(
  { username: Type.String(), roles: MembershipRoles, teamIds: Type.Optional(Ids) },
  closed,
);
export const ChangedOrgUser = Type.Object(
  { roles: Type.Optional(MembershipRoles), teamIds: Type.Optional(Ids) },
  closed,
);
export const NewGroupUser = Type.Object({ username: Type.String(), roles: GroupRoles }, closed);

/** What somebody is to be; undefined leaves it as it is. */
export interface WantedMembership {
  username?: string;
  roles?: Membership['roles'];
  groups?: Membership['groups'];
  teamIds?: string[];
}

interface RolesWire {
  orgRoles: Membership['roles'];
  groupRoleAssignments?: { groupId: string; groupRoles: Membership['groups'][number]['roles'] }[];
}

export const readMembership = (wire: {
  username?: string;
  roles?: RolesWire;
  teamIds?: string[];
}): WantedMembership => ({
  username: wire.username,
  roles: wire.roles?.orgRoles,
  groups: wire.roles?.groupRoleAssignments?.map(({ groupId, groupRoles: roles }) => ({ groupId, roles })),
  teamIds: wire.teamIds,
});

const member = {
  id: Type.String(),
  username: Type.String(),
  orgMembershipStatus: Type.String(),
  ...sometimes(Type.String(), 'country', 'createdAt', 'firstName', 'lastAuth', 'lastName'),
  ...sometimes(Type.String(), 'invitationCreatedAt', 'invitationExpiresAt', 'inviterUsername'),
  mobileNumber: Type.Optional(orNull(Type.String())),
};
const Words = Type.Array(Type.String());
export const MemberReply = Type.Object({
  ...member,
  roles: Type.Object({
    orgRoles: Words,
    groupRoleAssignments: Type.Array(Type.Object({ groupId: Type.String(), groupRoles: Words })),
  }),
  teamIds: Words,
});
export const GroupMemberReply = Type.Object({ ...member, roles: Words });

const writePerson = ({ status, user, invitation, ...member }: Member) => ({
  id: member.id,
  username: member.username,
  orgMembershipStatus: status,
  ...(user
    ? {
        country: user.country,
        createdAt: wireInstant(user.createdAt),
        firstName: user.firstName,
        lastName: user.lastName,
        lastAuth: user.lastAuth && wireInstant(user.lastAuth),
        mobileNumber: user.mobileNumber ?? null,
      }
    : {}),
  ...(invitation
    ? {
        invitationCreatedAt: wireInstant(invitation.createdAt),
        invitationExpiresAt: wireInstant(invitation.expiresAt),
        inviterUsername: invitation.inviterUsername,
      }
    : {}),
});

export const writeMember = (member: Member) => ({
  ...writePerson(member),
  roles: {
    orgRoles: member.membership.roles,
    groupRoleAssignments: member.membership.groups.map(({ groupId, roles }) => ({ groupId, groupRoles: roles })),
  },
  teamIds: member.membership.teamIds,
});

/** A member as a project sees it. */
export const writeGroupMember = ({ member, groupId }: { member: Member; groupId: string }) => ({
  ...writePerson(member),
  roles: groupRolesIn(member.membership, groupId),
});

export const UserReply = Type.Object({
  id: Type.String(),
  username: Type.String(),
  emailAddress: Type.String(),
  ...sometimes(Type.String(), 'country', 'createdAt', 'firstName', 'lastAuth', 'lastName', 'mobileNumber'),
  roles: Type.Array(Type.Object({ roleName: Type.String(), ...sometimes(Type.String(), 'groupId', 'orgId') })),
  teamIds: Words,
  links: linksReply,
});

/** The older shape, in which a user stands alone with all of its roles. */
export const writeUser = (user: User, links: Links) => ({
  id: user._id,
  username: user.username,
  emailAddress: user.username,
  firstName: user.firstName,
  lastName: user.lastName,
  country: user.country,
  mobileNumber: user.mobileNumber,
  createdAt: wireInstant(user.createdAt),
  lastAuth: user.lastAuth && wireInstant(user.lastAuth),
  roles: assignmentsOf(user.memberships),
  teamIds: user.memberships.flatMap((it) => it.teamIds),
  links: [links.self(`/users/${user._id}`)],
});

const InviteGroups = Type.Optional(Type.Array(Type.Object({ groupId: Id, roles: GroupRoles }, closed)));
const invite = {
  roles: Type.Optional(OrgRoles),
  teamIds: Type.Optional(Ids),
  groupRoleAssignments: InviteGroups,
};
export const NewInvite = Type.Object({ ...invite, username: Type.String() }, closed);
export const ChangedInvite = Type.Object(invite, closed);
export const NewGroupInvite = Type.Object({ username: Type.String(), roles: GroupRoles }, closed);
export const ChangedGroupInvite = Type.Object({ roles: GroupRoles }, closed);

export const readInvite = (wire: {
  username?: string;
  roles?: Membership['roles'];
  teamIds?: string[];
  groupRoleAssignments?: Membership['groups'];
}): WantedMembership => ({
  username: wire.username,
  roles: wire.roles,
  groups: wire.groupRoleAssignments,
  teamIds: wire.teamIds,
});

const invited = {
  id: Type.String(),
  username: Type.String(),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  inviterUsername: Type.Optional(Type.String()),
  links: linksReply,
  roles: Words,
};
export const InviteReply = Type.Object({
  ...invited,
  orgId: Type.String(),
  orgName: Type.String(),
  teamIds: Words,
  groupRoleAssignments: Type.Array(Type.Object({ groupId: Type.String(), groupRole: Type.String() })),
});
export const GroupInviteReply = Type.Object({ ...invited, groupId: Type.String(), groupName: Type.String() });

const writeAnyInvite = (it: Invitation) => ({
  id: it._id,
  username: it.username,
  inviterUsername: it.inviterUsername,
  createdAt: wireInstant(it.createdAt),
  expiresAt: wireInstant(it.expiresAt),
});

/** An invitation with the name of its organization or project. */
export interface SeenInvite {
  invitation: Invitation;
  name: string;
}

export const writeInvite = ({ invitation: it, name }: SeenInvite) => ({
  ...writeAnyInvite(it),
  orgId: it.orgId,
  orgName: name,
  roles: it.roles,
  teamIds: it.teamIds,
  groupRoleAssignments: it.groups.flatMap(({ groupId, roles }) => roles.map((groupRole) => ({ groupId, groupRole }))),
});

export const writeGroupInvite = ({ invitation: it, name }: SeenInvite) => ({
  ...writeAnyInvite(it),
  groupId: it.placeId,
  groupName: name,
  roles: groupRolesIn(it, it.placeId),
});
