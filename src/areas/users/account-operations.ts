import Type from 'typebox';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import { isId } from '../../base/ids.ts';
import { hashPassword } from '../../base/passwords.ts';
import { transact } from '../../base/state.ts';
import { type Assignment, groupRoles, orgRoles } from '../../contract/roles.ts';
import { type Caller, operation } from '../../kernel/operation.ts';
import { echoed, setOf } from '../../kernel/wire.ts';
import { acceptAll } from './joining.ts';
import { checkSpace, type MemberRoom, usernameOf } from './members.ts';
import { joined, type Membership, membershipIn, type User } from './model.ts';
import type { NewUser, UserQuestions } from './questions.ts';
import { UserReply, writeUser } from './wire.ts';

export interface AccountRoom extends MemberRoom {
  people: UserQuestions;
  events: Parameters<typeof acceptAll>[0]['events'];
}

const shown = {
  reply: UserReply,
  status: 200,
  write: writeUser,
  deprecated: { by: '2025-02-19', sunset: '2027-07-01' } as const,
};

/** Oneself, and whoever is in an organization that the caller owns or in a project that it owns. */
function maySee(caller: Caller, user: User): boolean {
  if (caller.id === user._id) return true;
  return user.memberships.some(
    ({ orgId, groups }) =>
      caller.orgRoles[orgId]?.includes('ORG_OWNER') ||
      groups.some(({ groupId }) => caller.groupRoles[groupId]?.includes('GROUP_OWNER')),
  );
}

export const getUser = operation<AccountRoom, unknown, User, 'USER_NOT_FOUND' | 'NOT_USER_ADMIN' | 'INVALID_USER_ID'>({
  id: 'getUser',
  route: 'GET /users/{userId}',
  inside: 'anywhere',
  roles: [],
  fails: ['USER_NOT_FOUND', 'NOT_USER_ADMIN', 'INVALID_USER_ID'],
  versions: { '2023-01-01': shown },
  async run({ path, caller, fail }, { users }) {
    const id = path.userId!;
    if (!isId(id)) throw fail('INVALID_USER_ID', id);
    const user = await users.byId(id);
    if (!user) throw fail('USER_NOT_FOUND', id);
    if (!maySee(caller, user)) throw fail('NOT_USER_ADMIN', id);
    return user;
  },
});

export const getUserByName = operation<AccountRoom, unknown, User, 'USERNAME_NOT_FOUND' | 'NOT_USER_ADMIN'>({
  id: 'getUserByName',
  route: 'GET /users/byName/{userName}',
  inside: 'anywhere',
  roles: [],
  fails: ['USERNAME_NOT_FOUND', 'NOT_USER_ADMIN'],
  versions: { '2023-01-01': shown },
  async run({ path, caller, fail }, { users }) {
    const username = path.userName!;
    const user = await users.byUsername(username.toLowerCase());
    if (!user) throw fail('USERNAME_NOT_FOUND', username);
    if (!maySee(caller, user)) throw fail('NOT_USER_ADMIN', user._id);
    return user;
  },
});

const Name = Type.String({ minLength: 1, maxLength: 100 });
const person = {
  username: Type.String(),
  firstName: Name,
  lastName: Name,
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  mobileNumber: Type.Optional(Type.String({ maxLength: 40 })),
  password: Type.Optional(Type.String({ minLength: 8, maxLength: 1_000 })),
};
const RoleWire = Type.Object(
  {
    orgId: Type.Optional(Type.String()),
    groupId: Type.Optional(Type.String()),
    roleName: Type.Enum([...orgRoles, ...groupRoles]),
  },
  { additionalProperties: false },
);
const CreateUser = Type.Object(
  {
    ...person,
    password: Type.String({ minLength: 8, maxLength: 1_000 }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    mobileNumber: Type.Optional(Type.String({ maxLength: 40 })),
    roles: setOf(RoleWire, { minItems: 1 }),
    // Clients that send back what they read include these.
    emailAddress: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    links: Type.Optional(Type.Unknown()),
    teamIds: Type.Optional(Type.Unknown()),
    ...echoed('createdAt', 'lastAuth'),
  },
  { additionalProperties: false },
);

interface NewUserWire extends Omit<NewUser, 'passwordHash'> {
  password?: string;
  roles: Assignment[];
}

/** Everybody whom the caller may appoint: owners appoint in their organization, owners of a project in it. */
export const createUser = operation<
  AccountRoom,
  NewUserWire,
  User,
  | 'INVALID_USERNAME'
  | 'USER_ALREADY_EXISTS'
  | 'NOT_ORG_OWNER'
  | 'NOT_GROUP_USER_ADMIN'
  | 'ROLE_NEEDS_ORG_ID'
  | 'GROUP_NOT_FOUND'
  | 'MAX_USERS_PER_ORG_EXCEEDED'
>({
  id: 'createUser',
  route: 'POST /users',
  inside: 'anywhere',
  roles: [],
  fails: [
    'INVALID_USERNAME',
    'USER_ALREADY_EXISTS',
    'NOT_ORG_OWNER',
    'NOT_GROUP_USER_ADMIN',
    'ROLE_NEEDS_ORG_ID',
    'GROUP_NOT_FOUND',
    'MAX_USERS_PER_ORG_EXCEEDED',
  ],
  versions: {
    '2023-01-01': {
      ...shown,
      status: 201,
      body: CreateUser,
      read: ({ username, firstName, lastName, country, mobileNumber, password, roles }: NewUserWire) => ({
        ...{ username, firstName, lastName, country, mobileNumber, password, roles },
      }),
    },
  },
  async run({ wanted, caller, note, fail }, room) {
    const { state, users, people, projects, orgs } = room;
    const username = usernameOf(wanted.username);
    const { roles, password, ...about } = wanted;
    let memberships: Membership[] = [];
    for (const { orgId, groupId, roleName } of roles) {
      const place = groupId === undefined ? { orgId } : await projects.place(groupId);
      if (!place) throw fail('GROUP_NOT_FOUND', groupId!);
      if (place.orgId === undefined || roleName.startsWith('ORG_') !== (groupId === undefined))
        throw fail('ROLE_NEEDS_ORG_ID', roleName);
      const owns = caller.orgRoles[place.orgId]?.includes('ORG_OWNER');
      if (groupId === undefined && !owns) throw fail('NOT_ORG_OWNER', place.orgId);
      if (groupId !== undefined && !owns && !caller.groupRoles[groupId]?.includes('GROUP_OWNER'))
        throw fail('NOT_GROUP_USER_ADMIN', groupId);
      const more = {
        orgId: place.orgId,
        roles: groupId === undefined ? [roleName] : [],
        groups: groupId === undefined ? [] : [{ groupId, roles: [roleName] }],
        teamIds: [],
      } as Membership;
      const before = memberships.find((it) => it.orgId === place.orgId);
      memberships = [...memberships.filter((it) => it !== before), joined(before, more)];
    }
    memberships = memberships.map((it) => (it.roles.length ? it : { ...it, roles: ['ORG_MEMBER'] }));
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    try {
      return await transact(state, async (tx) => {
        for (const { orgId } of memberships) {
          await orgs.hold(orgId, tx);
          await checkSpace(room, orgId, tx);
        }
        const user = await people.create({ ...about, username, passwordHash }, tx);
        await users.update(user._id, { memberships }, tx);
        for (const { orgId } of memberships) await note({ type: 'JOINED_ORG', orgId, targetUsername: username }, tx);
        return { ...user, memberships };
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('USER_ALREADY_EXISTS', username);
      throw error;
    }
  },
});

const OperatorUser = Type.Object(
  {
    ...person,
    firstName: Type.Optional(Name),
    lastName: Type.Optional(Name),
    orgId: Type.Optional(Type.String()),
    role: Type.Optional(Type.Enum([...orgRoles])),
  },
  { additionalProperties: false },
);

type OperatorUserWire = Partial<NewUserWire> & { username: string; orgId?: string; role?: (typeof orgRoles)[number] };

/**
 * The operator vouches for a person: makes the account or gives it another password, accepts what it is invited to,
 * and may put it into an organization, which is how a locked out one gets an owner again, however full it is.
 */
export const putUser = operation<AccountRoom, OperatorUserWire, User, 'INVALID_USERNAME' | 'ORG_NOT_FOUND'>({
  id: 'putOperatorUser',
  surface: 'telamon',
  route: 'POST /operator/users',
  inside: 'operator',
  roles: [],
  fails: ['INVALID_USERNAME', 'ORG_NOT_FOUND'],
  versions: { '2023-01-01': { body: OperatorUser, reply: UserReply, status: 201, write: writeUser } },
  async run({ wanted, caller, remoteAddress }, room) {
    const { state, users, people, orgs, events } = room;
    const username = usernameOf(wanted.username);
    const [localPart = username] = username.split('@');
    const hash = wanted.password === undefined ? undefined : await hashPassword(wanted.password);
    return transact(state, async (tx) => {
      const { firstName = localPart, lastName = localPart, country = 'US' } = wanted;
      const user =
        (await users.byUsername(username, tx)) ?? (await people.create({ username, firstName, lastName, country }, tx));
      if (hash !== undefined) await people.setPassword(user._id, hash, tx);
      const by = { caller, remoteAddress };
      await acceptAll({ users, events, clock: room.clock }, user._id, by, tx);
      if (wanted.orgId) {
        await orgs.hold(wanted.orgId, tx);
        const now = (await users.byId(user._id, tx))!;
        const roleName = wanted.role ?? 'ORG_MEMBER';
        const isNew = !membershipIn(now, wanted.orgId);
        await people.assign(user._id, { orgId: wanted.orgId, roleName }, wanted.orgId, tx);
        const type = isNew ? 'JOINED_ORG' : 'USER_ROLES_CHANGED_AUDIT';
        await events.record({ type, orgId: wanted.orgId, targetUsername: username, ...by }, tx);
      }
      return (await users.byId(user._id, tx))!;
    });
  },
});

export const listOperatorUsers = operation<AccountRoom, unknown, User[]>({
  id: 'listOperatorUsers',
  surface: 'telamon',
  route: 'GET /operator/users',
  inside: 'operator',
  roles: [],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: UserReply, status: 200, write: writeUser } },
  run: (_call, { users }) => users.all(),
});

export const deleteOperatorUser = operation<AccountRoom, unknown, void, 'USERNAME_NOT_FOUND'>({
  id: 'deleteOperatorUser',
  surface: 'telamon',
  route: 'DELETE /operator/users/{username}',
  inside: 'operator',
  roles: [],
  fails: ['USERNAME_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ path, caller, remoteAddress, fail }, { state, users, people, events }) =>
    transact(state, async (tx) => {
      const username = path.username!.toLowerCase();
      const user = await users.remove(username, tx);
      if (!user) throw fail('USERNAME_NOT_FOUND', username);
      await people.signOut(user._id, tx);
      for (const { orgId } of user.memberships)
        await events.record({ type: 'REMOVED_FROM_ORG', orgId, targetUsername: username, caller, remoteAddress }, tx);
    }),
});

export const accountOperations = [getUser, getUserByName, createUser, putUser, listOperatorUsers, deleteOperatorUser];
