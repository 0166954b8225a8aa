import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import { type DatabaseUser, isReserved, userId } from './model.ts';
import type { UserStore } from './store.ts';
import { CreateUser, readUser, UpdateUser, UserReply, type WantedUser, writeUser } from './wire.ts';

export interface UserRoom {
  state: State;
  vault: Vault;
  users: UserStore;
  projects: { hold(groupId: string, tx: Tx): Promise<void> };
}

const shown = { reply: UserReply, status: 200, write: writeUser };
const ADMINS = ['GROUP_DATABASE_ACCESS_ADMIN', 'GROUP_STREAM_PROCESSING_OWNER'] as const;

export const listDatabaseUsers = operation<UserRoom, unknown, Page<DatabaseUser>>({
  id: 'listGroupDatabaseUsers',
  route: 'GET /groups/{groupId}/databaseUsers',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: ({ group, paging }, { users }) => users.list(group.id, paging),
});

export const createDatabaseUser = operation<
  UserRoom,
  WantedUser,
  DatabaseUser,
  'VALIDATION_ERROR' | 'MISSING_ATTRIBUTE' | 'USER_ALREADY_EXISTS'
>({
  id: 'createGroupDatabaseUser',
  route: 'POST /groups/{groupId}/databaseUsers',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: ['VALIDATION_ERROR', 'MISSING_ATTRIBUTE', 'USER_ALREADY_EXISTS'],
  versions: { '2023-01-01': { ...shown, body: CreateUser, read: readUser, status: 201 } },
  async run({ group, wanted, note, fail }, { state, vault, users, projects }) {
    const { username = '', password, change, refused } = wanted;
    if (refused) throw fail('VALIDATION_ERROR', refused);
    if (isReserved(username)) throw fail('VALIDATION_ERROR', `username ${username} is reserved for this server`);
    if (password === undefined) throw fail('MISSING_ATTRIBUTE', 'password');
    const _id = userId(group.id, 'admin', username);
    const user: DatabaseUser = {
      _id,
      groupId: group.id,
      databaseName: 'admin',
      username,
      sealedPassword: vault.seal(password, _id),
      roles: [],
      scopes: [],
      labels: [],
      ...change,
      revision: 1,
    };
    try {
      await transact(state, async (tx) => {
        await projects.hold(group.id, tx);
        await users.insert(user, tx);
        await note({ type: 'MONGODB_USER_ADDED', dbUserUsername: username }, tx);
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
  async run({ group, path, fail }, { users }) {
    const user = await users.find(userId(group.id, path.databaseName!, path.username!));
    if (!user) throw fail('USERNAME_NOT_FOUND', path.username!);
    return user;
  },
});

export const updateDatabaseUser = operation<
  UserRoom,
  WantedUser,
  DatabaseUser,
  'USERNAME_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'updateGroupDatabaseUser',
  route: 'PATCH /groups/{groupId}/databaseUsers/{databaseName}/{username}',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: ['USERNAME_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: { '2023-01-01': { ...shown, body: UpdateUser, read: readUser } },
  async run({ group, path, wanted, note, fail }, { state, vault, users }) {
    const { password, change, refused } = wanted;
    if (refused) throw fail('VALIDATION_ERROR', refused);
    const _id = userId(group.id, path.databaseName!, path.username!);
    const sealed = password === undefined ? {} : { sealedPassword: vault.seal(password, _id) };
    return transact(state, async (tx) => {
      const user = await users.update(_id, { ...change, ...sealed }, tx);
      if (!user) throw fail('USERNAME_NOT_FOUND', path.username!);
      await note({ type: 'MONGODB_USER_UPDATED', dbUserUsername: user.username }, tx);
      return user;
    });
  },
});

export const deleteDatabaseUser = operation<UserRoom, unknown, void, 'USERNAME_NOT_FOUND'>({
  id: 'deleteGroupDatabaseUser',
  route: 'DELETE /groups/{groupId}/databaseUsers/{databaseName}/{username}',
  inside: 'group',
  bucket: 'clusters',
  roles: ADMINS,
  fails: ['USERNAME_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ group, path, note, fail }, { state, users }) =>
    transact(state, async (tx) => {
      const username = path.username!;
      if (!(await users.remove(userId(group.id, path.databaseName!, username), tx)))
        throw fail('USERNAME_NOT_FOUND', username);
      await note({ type: 'MONGODB_USER_DELETED', dbUserUsername: username }, tx);
    }),
});

export const databaseUserOperations = [
  listDatabaseUsers,
  createDatabaseUser,
  getDatabaseUser,
  updateDatabaseUser,
  deleteDatabaseUser,
];
