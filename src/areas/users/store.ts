import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import {
  type Invitation,
  invited,
  type Member,
  type MemberStatus,
  type Membership,
  memberOf,
  type User,
} from './model.ts';

/** Which members of an organization are wanted. */
export interface MemberFilter {
  orgId: string;
  statuses: readonly MemberStatus[];
  username?: string;
  id?: string;
  teamId?: string;
  /** In this project, or in one of these teams, or by one of these roles in the organization. */
  group?: { groupId: string; teamIds: readonly string[]; orgRoles: readonly string[] };
}

const INVITATIONS_KEPT_DAYS = 90;

/** The membership that a filter asks for, as a condition on one. */
function conditionOf({ orgId, teamId, group }: MemberFilter) {
  const ways = group && [
    { 'groups.groupId': group.groupId },
    ...(group.teamIds.length ? [{ teamIds: { $in: [...group.teamIds] } }] : []),
    ...(group.orgRoles.length ? [{ roles: { $in: [...group.orgRoles] } }] : []),
  ];
  return { orgId, ...(teamId ? { teamIds: teamId } : {}), ...(ways ? { $or: ways } : {}) };
}

/** The only code that touches the collections `users` and `invitations`. */
export function createUserStore(state: State) {
  const users = state.db.collection<User>('users');
  const invitations = state.db.collection<Invitation>('invitations');
  const about = ({ username, id }: MemberFilter) => ({ ...(username ? { username } : {}), ...(id ? { _id: id } : {}) });

  /** Those that are there, and those that are invited to the organization. */
  function queries(filter: MemberFilter, now: Date) {
    const { statuses } = filter;
    const [pending, expired] = [statuses.includes('PENDING'), statuses.includes('INVITATION_EXPIRED')];
    const time = pending && expired ? {} : { expiresAt: pending ? { $gt: now } : { $lte: now } };
    return {
      there: statuses.includes('ACTIVE') && {
        ...about(filter),
        memberships: { $elemMatch: conditionOf(filter) },
      },
      invited: (pending || expired) && { ...about(filter), ...conditionOf(filter), placeId: filter.orgId, ...time },
    };
  }

  return {
    async prepare(): Promise<void> {
      await users.createIndex({ username: 1 }, { unique: true });
      await users.createIndex({ 'memberships.orgId': 1 });
      await users.createIndex({ 'memberships.groups.groupId': 1 });
      await invitations.createIndex({ placeId: 1, username: 1 }, { unique: true });
      await invitations.createIndex({ orgId: 1 });
      await invitations.createIndex({ username: 1 });
      await invitations.createIndex({ expiresAt: 1 }, { expireAfterSeconds: INVITATIONS_KEPT_DAYS * 86_400 });
    },

    insert: (user: User, tx?: Tx) => users.insertOne(user, { session: tx }),
    byId: (id: string, tx?: Tx) => users.findOne({ _id: id }, { session: tx }),
    byUsername: (username: string, tx?: Tx) => users.findOne({ username }, { session: tx }),
    all: () => users.find().sort({ username: 1 }).toArray(),
    update: (id: string, change: Partial<User>, tx?: Tx) =>
      users.updateOne({ _id: id }, { $set: change }, { session: tx }),
    async remove(username: string, tx: Tx): Promise<User | null> {
      return users.findOneAndDelete({ username }, { session: tx });
    },
    ownersOf: (orgId: string, tx: Tx) =>
      users
        .find({ memberships: { $elemMatch: { orgId, roles: 'ORG_OWNER' } } }, { session: tx })
        .sort({ createdAt: 1, _id: 1 })
        .toArray(),

    async list(filter: MemberFilter, { skip, itemsPerPage }: Paging, now: Date): Promise<Page<Member>> {
      const query = queries(filter, now);
      const [active, waiting] = await Promise.all([
        query.there ? users.countDocuments(query.there as object) : 0,
        query.invited ? invitations.countDocuments(query.invited as object) : 0,
      ]);
      const items: Member[] = [];
      if (query.there && skip < active)
        for (const it of await users
          .find(query.there as object)
          .sort({ _id: 1 })
          .skip(skip)
          .limit(itemsPerPage)
          .toArray())
          items.push(memberOf(it, filter.orgId)!);
      const left = itemsPerPage - items.length;
      if (query.invited && left > 0) {
        const from = Math.max(0, skip - active);
        const more = invitations
          .find(query.invited as object)
          .sort({ _id: 1 })
          .skip(from)
          .limit(left);
        for (const it of await more.toArray()) items.push(invited(it, now));
      }
      return { items, total: active + waiting };
    },
    countIn: async (filter: MemberFilter, tx: Tx, now: Date): Promise<number> => {
      const query = queries(filter, now);
      const there = query.there ? await users.countDocuments(query.there as object, { session: tx }) : 0;
      return there + (query.invited ? await invitations.countDocuments(query.invited as object, { session: tx }) : 0);
    },

    insertInvitation: (it: Invitation, tx: Tx) => invitations.insertOne(it, { session: tx }),
    invitation: (id: string, tx?: Tx) => invitations.findOne({ _id: id }, { session: tx }),
    invitationTo: (placeId: string, username: string, tx?: Tx) =>
      invitations.findOne({ placeId, username }, { session: tx }),
    invitationsTo: (placeId: string, username: string | undefined, now: Date) =>
      invitations
        .find({ placeId, expiresAt: { $gt: now }, ...(username ? { username } : {}) })
        .sort({ _id: 1 })
        .toArray(),
    invitationsOf: (username: string, now: Date, tx?: Tx) =>
      invitations
        .find({ username, expiresAt: { $gt: now } }, { session: tx })
        .sort({ _id: 1 })
        .toArray(),
    setInvitation: (id: string, { roles, groups, teamIds }: Membership, tx: Tx) =>
      invitations.findOneAndUpdate(
        { _id: id },
        { $set: { roles, groups, teamIds } },
        { returnDocument: 'after', session: tx },
      ),
    removeInvitation: (id: string, tx: Tx) => invitations.deleteOne({ _id: id }, { session: tx }),

    clearTeam: async (teamId: string, tx: Tx): Promise<void> => {
      const gone = { 'memberships.$[].teamIds': teamId } as object;
      await users.updateMany({ 'memberships.teamIds': teamId }, { $pull: gone }, { session: tx });
      await invitations.updateMany({ teamIds: teamId }, { $pull: { teamIds: teamId } }, { session: tx });
    },
    async clearOrg(orgId: string, tx: Tx): Promise<void> {
      const gone = { memberships: { orgId } } as object;
      await users.updateMany({ 'memberships.orgId': orgId }, { $pull: gone }, { session: tx });
      await invitations.deleteMany({ orgId }, { session: tx });
    },
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      const gone = { 'memberships.$[].groups': { groupId } } as object;
      await users.updateMany({ 'memberships.groups.groupId': groupId }, { $pull: gone }, { session: tx });
      await invitations.deleteMany({ placeId: groupId }, { session: tx });
      const inOrg = { 'groups.groupId': groupId };
      await invitations.updateMany(inOrg, { $pull: { groups: { groupId } } as object }, { session: tx });
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
