import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { isPassword } from '../../base/passwords.ts';
import type { Leaving, Tx } from '../../base/state.ts';
import { type Assignment, type GroupRole, type OrgRole, rolesByPlace } from '../../contract/roles.ts';
import { fail } from '../../kernel/failure.ts';
import type { Caller } from '../../kernel/operation.ts';
import type { EventQuestions } from '../events/questions.ts';
import { accept } from './joining.ts';
import { findMember, type MemberRoom, setMembership } from './members.ts';
import { assignmentsOf, invited, joined, type Member, memberOf, membershipIn, type User } from './model.ts';
import type { UserStore } from './store.ts';

export type { Member } from './model.ts';
export { deprecated, memberQuery, newer, older, type Statuses, statusesOf } from './views.ts';

export interface NewUser {
  username: string;
  firstName: string;
  lastName: string;
  country: string;
  mobileNumber?: string;
  /** `hashPassword`'s. Hashing is slow by design, and no transaction waits for it. */
  passwordHash?: string;
}

export interface UserNeeds {
  teams: { assignmentsOf(teamIds: readonly string[]): Promise<Assignment[]> };
  events: EventQuestions;
  /** Ends every session and refresh token of a user. */
  signOut(userId: string, tx: Tx): Promise<void>;
  clock: Clock;
}

/** What other rooms and the kernel may ask of the users. */
export function createUserQuestions(store: UserStore, { teams, events, signOut, clock }: UserNeeds) {
  async function callerOf(user: User): Promise<Caller> {
    const ofTeams = await teams.assignmentsOf(user.memberships.flatMap((it) => it.teamIds));
    const roles = [...assignmentsOf(user.memberships), ...ofTeams];
    return { kind: 'user', id: user._id, name: user.username, ...rolesByPlace(roles), accessList: [] };
  }
  async function assign(userId: string, role: Assignment, orgId: string, tx: Tx): Promise<void> {
    const user = await store.byId(userId, tx);
    if (!user) throw new Error(`there is no user ${userId}`);
    const more =
      role.orgId === undefined
        ? { roles: [] as OrgRole[], groups: [{ groupId: role.groupId, roles: [role.roleName] as GroupRole[] }] }
        : { roles: [role.roleName], groups: [] };
    const membership = joined(membershipIn(user, orgId), { orgId, teamIds: [], ...more });
    const others = user.memberships.filter((it) => it.orgId !== orgId);
    await store.update(user._id, { memberships: [...others, membership] }, tx);
  }
  return {
    byId: store.byId,
    byUsername: store.byUsername,
    list: store.list,
    signOut,
    callerOf,
    /** Gives a user one more role in an organization or in one of its projects. */
    assign,
    /** Undefined too for a token from before the password was changed. */
    async callerById(id: string, since: Date): Promise<Caller | undefined> {
      const user = await store.byId(id);
      if (!user || (user.passwordSince && since < user.passwordSince)) return undefined;
      return callerOf(user);
    },
    /**
     * The person who owns what a caller makes: the one it names, itself, or else whoever has owned the organization for
     * the longest time. Throws USER_NOT_FOUND for somebody who is in none of the organizations `within`.
     */
    async ownerFor(caller: Caller, within: readonly string[], named: string | undefined, tx: Tx) {
      if (named) {
        const user = await store.byId(named, tx);
        if (!user?.memberships.some((it) => within.includes(it.orgId))) throw fail('USER_NOT_FOUND', named);
        return user;
      }
      if (caller.kind === 'user') return (await store.byId(caller.id, tx)) ?? undefined;
      for (const orgId of within) {
        const [oldest] = await store.ownersOf(orgId, tx);
        if (oldest) return oldest;
      }
      return undefined;
    },
    invitationsOf: (username: string) => store.invitationsOf(username, clock.now()),
    /** A user accepts one of the invitations to itself; somebody else's is left alone. */
    async acceptInvitation(userId: string, invitationId: string, by: { remoteAddress: string }, tx: Tx): Promise<void> {
      const [user, invitation] = [await store.byId(userId, tx), await store.invitation(invitationId, tx)];
      if (!user || invitation?.username !== user.username || invitation.expiresAt <= clock.now()) return;
      const caller = await callerOf(user);
      await accept({ users: store, events, clock }, user, invitation, { caller, ...by }, tx);
    },
    /** Whoever knew the old password is signed out everywhere. */
    async setPassword(userId: string, passwordHash: string, tx: Tx): Promise<void> {
      const passwordSince = new Date(Math.floor(clock.now().getTime() / 1_000) * 1_000);
      await store.update(userId, { passwordHash, passwordSince }, tx);
      await signOut(userId, tx);
    },
    async create(about: NewUser, tx: Tx): Promise<User> {
      const user: User = { _id: newId(), ...about, memberships: [], createdAt: clock.now() };
      await store.insert(user, tx);
      return user;
    },
    /** The user behind a name and password; who has none is told no sooner than who mistyped. */
    async signIn(username: string, password: string): Promise<User | undefined> {
      const user = await store.byUsername(username.trim().toLowerCase());
      if (!(await isPassword(password, user?.passwordHash)) || !user) return undefined;
      await store.update(user._id, { lastAuth: clock.now() });
      return user;
    },
  };
}

export type UserQuestions = ReturnType<typeof createUserQuestions>;

/** What the teams ask of their members. */
export const createTeamMembers = (room: MemberRoom) => ({
  find: (orgId: string, id: string, tx: Tx) => findMember(room, orgId, id, tx),
  list: room.users.list,
  /** Somebody in an organization, or invited to it, by name. */
  async named(orgId: string, username: string, tx: Tx): Promise<Member | undefined> {
    const user = await room.users.byUsername(username, tx);
    const member = user && memberOf(user, orgId);
    if (member) return member;
    const invitation = await room.users.invitationTo(orgId, username, tx);
    const now = room.clock.now();
    return invitation && invitation.expiresAt > now ? invited(invitation, now) : undefined;
  },
  countInTeam: (orgId: string, teamId: string, tx: Tx) =>
    room.users.countIn({ orgId, teamId, statuses: ['ACTIVE', 'PENDING'] }, tx, room.clock.now()),
  addToTeam: (member: Member, teamId: string, tx: Tx) =>
    setMembership(room, member, { ...member.membership, teamIds: [...member.membership.teamIds, teamId] }, tx),
  takeFromTeam: (member: Member, teamId: string, tx: Tx) => {
    const teamIds = member.membership.teamIds.filter((it) => it !== teamId);
    return setMembership(room, member, { ...member.membership, teamIds }, tx);
  },
  clearTeam: room.users.clearTeam,
});

export type TeamMembers = ReturnType<typeof createTeamMembers>;

export const createUserLeaving = (store: UserStore): Leaving => ({
  clearOrg: store.clearOrg,
  clearGroup: store.clearGroup,
});
