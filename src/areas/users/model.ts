import type { Assignment, GroupRole, OrgRole } from '../../contract/roles.ts';

export interface GroupMembership {
  groupId: string;
  roles: GroupRole[];
}

/** What somebody is in one organization. */
export interface Membership {
  orgId: string;
  /** At least one. */
  roles: OrgRole[];
  groups: GroupMembership[];
  teamIds: string[];
}

/** A person who can sign in. */
export interface User {
  _id: string;
  /** An e-mail address in lower case. */
  username: string;
  firstName: string;
  lastName: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  mobileNumber?: string;
  /** What base/passwords.ts made; without it nobody can sign in as this user. */
  passwordHash?: string;
  /** When it was changed, to the second as tokens tell the time; tokens from before are worth nothing. */
  passwordSince?: Date;
  memberships: Membership[];
  createdAt: Date;
  lastAuth?: Date;
}

/** Somebody who may become a member: of an organization, or (in Atlas's older way) of one project alone. */
export interface Invitation extends Membership {
  _id: string;
  /** The organization or the project: one may be invited to each of them once. */
  placeId: string;
  username: string;
  inviterUsername: string;
  createdAt: Date;
  expiresAt: Date;
}

export type MemberStatus = 'ACTIVE' | 'PENDING' | 'INVITATION_EXPIRED' | 'INVITATION_REJECTED';
export const memberStatuses = ['PENDING', 'ACTIVE', 'INVITATION_EXPIRED', 'INVITATION_REJECTED'] as const;

/** A user in an organization, or one who is invited to it. */
export interface Member {
  id: string;
  username: string;
  membership: Membership;
  status: MemberStatus;
  user?: User;
  invitation?: Invitation;
}

export const INVITATION_DAYS = 30;

/** One at sign, no blanks: whether anybody reads it, only a message could tell. */
export const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+$/.test(text);

export const membershipIn = (user: User, orgId: string): Membership | undefined =>
  user.memberships.find((it) => it.orgId === orgId);

export function memberOf(user: User, orgId: string): Member | undefined {
  const membership = membershipIn(user, orgId);
  return membership && { id: user._id, username: user.username, membership, status: 'ACTIVE', user };
}

export const invited = (invitation: Invitation, now: Date): Member => ({
  id: invitation._id,
  username: invitation.username,
  membership: invitation,
  status: invitation.expiresAt > now ? 'PENDING' : 'INVITATION_EXPIRED',
  invitation,
});

/** The membership with these roles in one project; with none, without that project. */
export const withGroup = (it: Membership, groupId: string, roles: readonly GroupRole[]): Membership => ({
  ...it,
  groups: [
    ...it.groups.filter((group) => group.groupId !== groupId),
    ...(roles.length ? [{ groupId, roles: [...roles] }] : []),
  ],
});

export const groupRolesIn = (it: Membership, groupId: string): readonly GroupRole[] =>
  it.groups.find((group) => group.groupId === groupId)?.roles ?? [];

/** Two ways into the same place become one, which holds what either held. */
export function joined(a: Membership | undefined, b: Membership): Membership {
  if (!a) return { orgId: b.orgId, roles: b.roles, groups: b.groups, teamIds: b.teamIds };
  const union = <T>(x: readonly T[], y: readonly T[]) => [...new Set([...x, ...y])];
  return b.groups.reduce<Membership>(
    (sum, { groupId, roles }) => withGroup(sum, groupId, union(groupRolesIn(sum, groupId), roles)),
    { orgId: a.orgId, roles: union(a.roles, b.roles), groups: a.groups, teamIds: union(a.teamIds, b.teamIds) },
  );
}

export const assignmentsOf = (memberships: readonly Membership[]): Assignment[] =>
  memberships.flatMap(({ orgId, roles, groups }) => [
    ...roles.map((roleName) => ({ orgId, roleName })),
    ...groups.flatMap((it) => it.roles.map((roleName) => ({ groupId: it.groupId, roleName }))),
  ]);
