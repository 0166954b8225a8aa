import type { Clock } from '../../base/clock.ts';
import { isId, newId } from '../../base/ids.ts';
import type { State, Tx } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import { fail } from '../../kernel/failure.ts';
import type { Caller, NewEvent } from '../../kernel/operation.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import { INVITATION_DAYS, type Invitation, invited, isEmail, type Member, type Membership, memberOf } from './model.ts';
import type { UserStore } from './store.ts';
import type { WantedMembership } from './wire.ts';

export interface MemberRoom {
  state: State;
  users: UserStore;
  orgs: Pick<OrgQuestions, 'hold'>;
  projects: { place(groupId: string): Promise<{ orgId: string } | undefined> };
  teams: { areIn(orgId: string, teamIds: readonly string[], tx: Tx): Promise<boolean> };
  limits: Limits;
  clock: Clock;
}

type Note = (event: NewEvent, tx: Tx) => Promise<void>;

export const usernameOf = (text: string): string => {
  if (!isEmail(text)) throw fail('INVALID_USERNAME');
  return text.toLowerCase();
};

/** A user of the organization, or one invited to it, by id. Throws USER_NOT_FOUND or USER_NOT_IN_ORG. */
export async function findMember({ users, clock }: MemberRoom, orgId: string, id: string, tx?: Tx): Promise<Member> {
  if (!isId(id)) throw fail('INVALID_USER_ID', id);
  const user = await users.byId(id, tx);
  if (user) {
    const member = memberOf(user, orgId);
    if (!member) throw fail('USER_NOT_IN_ORG', user.username, orgId);
    return member;
  }
  const invitation = await users.invitation(id, tx);
  if (invitation?.placeId !== orgId) throw fail('USER_NOT_FOUND', id);
  return invited(invitation, clock.now());
}

/** Holds what is wanted of a member against what there is in its organization. */
export async function checkPlaces(
  { projects, teams, users, limits, clock }: MemberRoom,
  orgId: string,
  { groups = [], teamIds = [] }: WantedMembership,
  tx: Tx,
  before: Pick<Membership, 'teamIds'> = { teamIds: [] },
): Promise<void> {
  for (const { groupId } of groups)
    if ((await projects.place(groupId))?.orgId !== orgId) throw fail('GROUP_NOT_FOUND', groupId);
  if (!(await teams.areIn(orgId, teamIds, tx))) throw fail('TEAM_NOT_FOUND', teamIds.join(', '));
  for (const teamId of teamIds.filter((it) => !before.teamIds.includes(it))) {
    const there = await users.countIn({ orgId, teamId, statuses: ['ACTIVE', 'PENDING'] }, tx, clock.now());
    if (there >= limits.usersPerTeam) throw fail('MAX_USERS_PER_TEAM_EXCEEDED', limits.usersPerTeam, teamId);
  }
}

/** Writes what a member is from now on; an organization keeps an owner. */
export async function setMembership(
  { users, orgs }: MemberRoom,
  member: Member,
  membership: Membership,
  tx: Tx,
): Promise<Member> {
  const { orgId } = membership;
  // Two owners who demote each other at the same moment would leave none.
  await orgs.hold(orgId, tx);
  if (member.invitation) {
    const invitation = (await users.setInvitation(member.id, membership, tx)) as Invitation;
    return { ...member, membership: invitation, invitation };
  }
  const user = member.user!;
  if (!membership.roles.includes('ORG_OWNER')) await keepOwner({ users }, member, 'CANNOT_DEMOTE_LAST_ORG_OWNER', tx);
  const memberships = [...user.memberships.filter((it) => it.orgId !== orgId), membership];
  await users.update(user._id, { memberships }, tx);
  return { ...member, membership, user: { ...user, memberships } };
}

export async function removeMember({ users, orgs }: MemberRoom, member: Member, note: Note, tx: Tx): Promise<void> {
  const { orgId } = member.membership;
  await orgs.hold(orgId, tx);
  const about = { targetUsername: member.username };
  if (member.invitation) {
    await users.removeInvitation(member.id, tx);
    return note({ type: 'ORG_INVITATION_DELETED', ...about }, tx);
  }
  await keepOwner({ users }, member, 'CANNOT_DELETE_LAST_ADMIN', tx);
  const memberships = member.user!.memberships.filter((it) => it.orgId !== orgId);
  await users.update(member.id, { memberships }, tx);
  return note({ type: 'REMOVED_FROM_ORG', ...about }, tx);
}

async function keepOwner(
  { users }: Pick<MemberRoom, 'users'>,
  { id, membership }: Member,
  code: 'CANNOT_DEMOTE_LAST_ORG_OWNER' | 'CANNOT_DELETE_LAST_ADMIN',
  tx: Tx,
): Promise<void> {
  if (!membership.roles.includes('ORG_OWNER')) return;
  if (!(await users.ownersOf(membership.orgId, tx)).some((it) => it._id !== id)) throw fail(code);
}

interface NewInvitation {
  orgId: string;
  placeId: string;
  username: string;
  membership: Omit<Membership, 'orgId'>;
  caller: Caller;
}

/** For one user more. Throws MAX_USERS_PER_ORG_EXCEEDED. */
export async function checkSpace({ users, limits, clock }: MemberRoom, orgId: string, tx: Tx): Promise<void> {
  const there = await users.countIn({ orgId, statuses: ['ACTIVE', 'PENDING'] }, tx, clock.now());
  if (there >= limits.usersPerOrg) throw fail('MAX_USERS_PER_ORG_EXCEEDED', limits.usersPerOrg, orgId);
}

/** Invites somebody who is not there yet; an invitation that has expired is replaced. */
export async function invite(room: MemberRoom, wanted: NewInvitation, tx: Tx): Promise<Invitation> {
  const { users, orgs, clock } = room;
  const { orgId, placeId, username, membership, caller } = wanted;
  const now = clock.now();
  await orgs.hold(orgId, tx);
  const user = await users.byUsername(username, tx);
  if (user && placeId === orgId && memberOf(user, orgId)) throw fail('USER_ALREADY_EXISTS', username);
  const old = await users.invitationTo(placeId, username, tx);
  if (old && old.expiresAt > now) throw fail('USER_ALREADY_EXISTS', username);
  if (old) await users.removeInvitation(old._id, tx);
  await checkSpace(room, orgId, tx);
  const invitation: Invitation = {
    _id: newId(),
    ...{ orgId, placeId, username },
    ...membership,
    inviterUsername: caller.name,
    createdAt: now,
    expiresAt: new Date(now.getTime() + INVITATION_DAYS * 86_400_000),
  };
  await users.insertInvitation(invitation, tx);
  return invitation;
}
