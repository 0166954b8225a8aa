import type { Clock } from '../../base/clock.ts';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { isCollectionName, isDatabaseName, refusedRole } from '../../contract/database-roles.ts';
import { fail as failure } from '../../kernel/failure.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import {
  canNarrow,
  type DatabaseUser,
  duplicateRole,
  homeOf,
  isPassword,
  isReserved,
  MAX_DAYS,
  nameFits,
  nameInMongod,
  userId,
} from './model.ts';
import type { UserStore } from './store.ts';
import { CreateUser, readUser, UpdateUser, UserReply, type WantedUser, writeUser } from './wire.ts';

export interface UserRoom {
  state: State;
  vault: Vault;
  users: UserStore;
  projects: Pick<ProjectQuestions, 'within'>;
  customRoles: { namesIn(groupId: string, tx: Tx): Promise<Set<string>> };
  deployment: { changed(groupId: string, tx: Tx): Promise<void> };
  clock: Clock;
}

const shown = { reply: UserReply, status: 200, write: writeUser };
const ADMINS = ['GROUP_DATABASE_ACCESS_ADMIN', 'GROUP_STREAM_PROCESSING_OWNER'] as const;
const changeFails = [
  'ATLAS_INVALID_AUTH_SETTINGS',
  'ATLAS_INVALID_ROLE',
  'ATLAS_INVALID_ROLE_DATABASE',
  'ATLAS_RESTRICTED_ROLE',
  'DUPLICATE_DATABASE_ROLES',
  'EXPIRATION_DATE_EXCEEDS_MAX',
  'EXPIRATION_DATE_IN_PAST',
  'VALIDATION_ERROR',
] as const;
type ChangeFail = (typeof changeFails)[number];

/** Holds what is wanted of a user against what there is; throws the failure that names what is wrong. */
async function check({ customRoles, clock }: UserRoom, user: DatabaseUser, wanted: WantedUser, tx: Tx): Promise<void> {
  if (wanted.password !== undefined && user.auth)
    throw failure('ATLAS_INVALID_AUTH_SETTINGS', `A password is not for a user with ${user.auth.kind}`);
  if (wanted.password !== undefined && !isPassword(wanted.password))
    throw failure('VALIDATION_ERROR', 'password holds characters that a database password cannot have');
  const { roles, deleteAfterDate } = wanted.change;
  const now = clock.now();
  if (deleteAfterDate && deleteAfterDate <= now) throw failure('EXPIRATION_DATE_IN_PAST');
  if (deleteAfterDate && deleteAfterDate.getTime() > now.getTime() + MAX_DAYS * 86_400_000)
    throw failure('EXPIRATION_DATE_EXCEEDS_MAX', MAX_DAYS);
  if (!roles) return;
  if (!roles.length) throw failure('VALIDATION_ERROR', 'roles must name at least one role');
  const twice = duplicateRole(roles);
  if (twice) throw failure('DUPLICATE_DATABASE_ROLES', user.username, twice);
  const names = await customRoles.namesIn(user.groupId, tx);
  for (const { roleName, databaseName, collectionName } of roles) {
    const refused = refusedRole(roleName, databaseName, names);
    if (refused) throw failure(refused.code, ...refused.parameters);
    if (!databaseName) throw failure('VALIDATION_ERROR', 'roles.databaseName must not be empty');
    if (!isDatabaseName(databaseName))
      throw failure('VALIDATION_ERROR', `roles.databaseName ${databaseName} cannot be a database`);
    if (collectionName && !isCollectionName(collectionName))
      throw failure('VALIDATION_ERROR', `roles.collectionName ${collectionName} cannot be a collection`);
    if (collectionName && !canNarrow(roleName))
      throw failure('VALIDATION_ERROR', `roles.collectionName is for read and readWrite, not for ${roleName}`);
  }
}

export const listDatabaseUsers = operation<UserRoom, unknown, Page<DatabaseUser>>({
  id: 'listGroupDatabaseUsers',
  route: 'GET /groups/{groupId}/databaseUsers',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  async run({ group, paging: { skip, itemsPerPage } }, { users, clock }) {
    const all = await users.of(group.id, clock.now());
    return { items: all.slice(skip, skip + itemsPerPage), total: all.length };
  },
});

export const createDatabaseUser = operation<
  UserRoom,
  WantedUser,
  DatabaseUser,
  | ChangeFail
  | 'ATLAS_INVALID_USERNAME'
  | 'BLOCKED_USERNAME'
  | 'DATABASE_NAME_INVALID_ADMIN'
  | 'DATABASE_NAME_INVALID_EXTERNAL'
  | 'GROUP_USERS_LIMIT_EXCEEDED'
  | 'MISSING_ATTRIBUTE'
  | 'USER_ALREADY_EXISTS'
>({
  id: 'createGroupDatabaseUser',
  route: 'POST /groups/{groupId}/databaseUsers',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: [
    ...changeFails,
    'ATLAS_INVALID_USERNAME',
    'BLOCKED_USERNAME',
    'DATABASE_NAME_INVALID_ADMIN',
    'DATABASE_NAME_INVALID_EXTERNAL',
    'GROUP_USERS_LIMIT_EXCEEDED',
    'MISSING_ATTRIBUTE',
    'USER_ALREADY_EXISTS',
  ],
  versions: { '2023-01-01': { ...shown, body: CreateUser, read: readUser, status: 201 } },
  async run({ group, wanted, note, fail }, room) {
    const { vault, users, projects, deployment, clock } = room;
    const { databaseName = 'admin', username = '', password, auths, change } = wanted;
    if (auths.length > 1)
      throw fail('ATLAS_INVALID_AUTH_SETTINGS', `Only one of ${auths.map((it) => it.kind).join(', ')} may be set`);
    const [auth] = auths;
    if (databaseName !== homeOf(auth))
      throw databaseName === 'admin'
        ? fail('DATABASE_NAME_INVALID_EXTERNAL')
        : fail(
            'DATABASE_NAME_INVALID_ADMIN',
            auth ? `A user with ${auth.kind} ${auth.type}` : 'A user with a password',
          );
    if (isReserved(username)) throw fail('BLOCKED_USERNAME', username);
    if (!nameFits(auth, username)) throw fail('ATLAS_INVALID_USERNAME', username);
    if (!auth && password === undefined) throw fail('MISSING_ATTRIBUTE', 'password');
    const _id = userId(group.id, databaseName, username);
    const sealedPassword = password === undefined ? undefined : vault.seal(password, _id);
    const about = { _id, groupId: group.id, databaseName, username, auth, sealedPassword };
    const user: DatabaseUser = { ...about, roles: [], scopes: [], labels: [], ...change };
    try {
      await projects.within(group.id, async (tx, held) => {
        await check(room, user, wanted, tx);
        const most = held.limit('atlas.project.security.databaseAccess.users');
        const all = await users.of(group.id, clock.now(), tx);
        if (all.length >= most) throw fail('GROUP_USERS_LIMIT_EXCEEDED', most);
        // Two who are one to mongod would have each other's rights, and stay when either is deleted.
        const name = nameInMongod(user);
        if (all.some((it) => it.databaseName === databaseName && nameInMongod(it) === name))
          throw fail('USER_ALREADY_EXISTS', username);
        await users.insert(user, tx);
        await note({ type: 'MONGODB_USER_ADDED', dbUserUsername: username }, tx);
        await deployment.changed(group.id, tx);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('USER_ALREADY_EXISTS', username);
      throw error;
    }
    return user;
  },
});

export const getDatabaseUser = operation<UserRoom, unknown, DatabaseUser, 'USERNAME_NOT_FOUND'>({
  id: 'getGroupDatabaseUser',
  route: 'GET /groups/{groupId}/databaseUsers/{databaseName}/{username}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: ['USERNAME_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { users, clock }) {
    const user = await users.find(userId(group.id, path.databaseName!, path.username!), clock.now());
    if (!user) throw fail('USERNAME_NOT_FOUND', path.username!);
    return user;
  },
});

export const updateDatabaseUser = operation<
  UserRoom,
  WantedUser,
  DatabaseUser,
  | ChangeFail
  | 'AUTH_TYPE_CANNOT_BE_CHANGED'
  | 'DATABASE_NAME_CANNOT_BE_CHANGED'
  | 'DATABASE_USERNAME_CANNOT_BE_CHANGED'
  | 'USERNAME_NOT_FOUND'
>({
  id: 'updateGroupDatabaseUser',
  route: 'PATCH /groups/{groupId}/databaseUsers/{databaseName}/{username}',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: [
    ...changeFails,
    'AUTH_TYPE_CANNOT_BE_CHANGED',
    'DATABASE_NAME_CANNOT_BE_CHANGED',
    'DATABASE_USERNAME_CANNOT_BE_CHANGED',
    'USERNAME_NOT_FOUND',
  ],
  versions: { '2023-01-01': { ...shown, body: UpdateUser, read: readUser } },
  run: ({ group, path, wanted, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const { vault, users, deployment, clock } = room;
      const { databaseName, username, password, auths, change } = wanted;
      const _id = userId(group.id, path.databaseName!, path.username!);
      const before = await users.find(_id, clock.now(), tx);
      if (!before) throw fail('USERNAME_NOT_FOUND', path.username!);
      if (username !== undefined && username !== before.username) throw fail('DATABASE_USERNAME_CANNOT_BE_CHANGED');
      if (databaseName !== undefined && databaseName !== before.databaseName)
        throw fail('DATABASE_NAME_CANNOT_BE_CHANGED');
      // NONE says nothing: the Atlas CLI sends it whatever the user is.
      if (auths.some((it) => it.kind !== before.auth?.kind || it.type !== before.auth.type))
        throw fail('AUTH_TYPE_CANNOT_BE_CHANGED');
      await check(room, before, wanted, tx);
      const sealedPassword = password === undefined ? before.sealedPassword : vault.seal(password, _id);
      const user = { ...before, ...change, sealedPassword };
      await users.put(user, tx);
      await note({ type: 'MONGODB_USER_UPDATED', dbUserUsername: before.username }, tx);
      await deployment.changed(group.id, tx);
      return user;
    }),
});

export const deleteDatabaseUser = operation<UserRoom, unknown, void, 'USERNAME_NOT_FOUND'>({
  id: 'deleteGroupDatabaseUser',
  route: 'DELETE /groups/{groupId}/databaseUsers/{databaseName}/{username}',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: ['USERNAME_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ group, path, note, fail }, { state, users, deployment }) {
    await transact(state, async (tx) => {
      if (!(await users.remove(userId(group.id, path.databaseName!, path.username!), tx)))
        throw fail('USERNAME_NOT_FOUND', path.username!);
      await note({ type: 'MONGODB_USER_DELETED', dbUserUsername: path.username! }, tx);
      await deployment.changed(group.id, tx);
    });
  },
});

export const databaseUserOperations = [
  listDatabaseUsers,
  createDatabaseUser,
  getDatabaseUser,
  updateDatabaseUser,
  deleteDatabaseUser,
];
