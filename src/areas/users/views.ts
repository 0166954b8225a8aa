import Type from 'typebox';
import type { Call, Links } from '../../kernel/operation.ts';
import { type Member, type MemberStatus, memberStatuses } from './model.ts';
import { MemberReply, UserReply, writeMember, writeUser } from './wire.ts';

export const newer = { reply: MemberReply, status: 200, write: writeMember };
export const deprecated = { by: '2025-02-19', sunset: '2027-07-01' } as const;
/** The older shape knows nobody who has not joined yet. */
export const older = {
  ...{ reply: UserReply, status: 200, deprecated },
  read: () => ({ statuses: ['ACTIVE' as const] }),
  write: (member: Member, links: Links) => writeUser(member.user!, links),
};
export const memberQuery = {
  username: Type.String(),
  orgMembershipStatus: Type.Enum([...memberStatuses]),
  orgMembershipStatuses: Type.Array(Type.Enum([...memberStatuses]), { maxItems: 4 }),
};

export interface Statuses {
  statuses: readonly MemberStatus[];
}

/** What a version of the list shows, narrowed by what was asked for. */
export function statusesOf({ wanted, query }: Pick<Call<Statuses | undefined>, 'wanted' | 'query'>): MemberStatus[] {
  const one = query.orgMembershipStatus as MemberStatus | undefined;
  const asked = (query.orgMembershipStatuses as MemberStatus[] | undefined) ?? (one ? [one] : undefined);
  const shown = wanted?.statuses;
  return (asked ?? ['ACTIVE', 'PENDING']).filter((it) => !shown || shown.includes(it));
}
