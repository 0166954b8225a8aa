import type { Clock } from '../../base/clock.ts';
import type { Tx } from '../../base/state.ts';
import type { PlacedEvent } from '../../kernel/operation.ts';
import type { EventQuestions } from '../events/questions.ts';
import { type Invitation, joined, membershipIn, type User } from './model.ts';
import type { UserStore } from './store.ts';

interface JoiningDeps {
  users: UserStore;
  events: EventQuestions;
  clock: Clock;
}

type By = Pick<PlacedEvent, 'caller' | 'remoteAddress'>;

/** A user becomes what an invitation says; the invitation is gone. */
export async function accept(
  { users, events }: JoiningDeps,
  user: User,
  invitation: Invitation,
  by: By,
  tx: Tx,
): Promise<User> {
  const { orgId, placeId } = invitation;
  const before = membershipIn(user, orgId);
  const memberships = [...user.memberships.filter((it) => it !== before), joined(before, invitation)];
  await users.update(user._id, { memberships }, tx);
  await users.removeInvitation(invitation._id, tx);
  const about = { orgId, targetUsername: user.username, ...by };
  if (!before) await events.record({ type: 'JOINED_ORG', ...about }, tx);
  if (placeId !== orgId) await events.record({ type: 'JOINED_GROUP', groupId: placeId, ...about }, tx);
  return { ...user, memberships };
}

/** Accepts everything that a user is invited to. */
export async function acceptAll(deps: JoiningDeps, userId: string, by: By, tx: Tx): Promise<void> {
  let user = await deps.users.byId(userId, tx);
  if (!user) return;
  for (const it of await deps.users.invitationsOf(user.username, deps.clock.now(), tx))
    user = await accept(deps, user, it, by, tx);
}
