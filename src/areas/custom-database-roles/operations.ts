import type { Clock } from '../../base/clock.ts';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { isCollectionName, isDatabaseName, refusedRole } from '../../contract/database-roles.ts';
import { fail as failure } from '../../kernel/failure.ts';
import { operation } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { type CustomRole, isCircular, isEmpty, isRoleName, roleId } from './model.ts';
import type { RoleStore } from './store.ts';
import { CreateRole, RoleReply, readRole, UpdateRole, type WantedRole, writeRole } from './wire.ts';

export interface RoleRoom {
  state: State;
  roles: RoleStore;
  projects: Pick<ProjectQuestions, 'within'>;
  deployment: { changed(groupId: string, tx: Tx): Promise<void> };
  users: {
    /** Takes the role from all who have it, unless it is the only one of some: then their names come back. */
    takeRole(groupId: string, roleName: string, tx: Tx): Promise<string[]>;
  };
  clock: Clock;
}

const shown = { reply: RoleReply, status: 200, write: writeRole };
const ADMINS = ['GROUP_DATABASE_ACCESS_ADMIN', 'GROUP_STREAM_PROCESSING_OWNER'] as const;
const roleFails = [
  'ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS',
  'ATLAS_INVALID_ROLE',
  'ATLAS_INVALID_ROLE_DATABASE',
  'ATLAS_RESTRICTED_ROLE',
  'VALIDATION_ERROR',
] as const;

/** Holds a role against the others of its project; throws the failure that names what is wrong. */
function check(role: CustomRole, others: readonly CustomRole[]): void {
  if (isEmpty(role)) throw failure('ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS');
  const names = new Set(others.map((it) => it.roleName));
  for (const it of role.inheritedRoles) {
    const refused = refusedRole(it.role, it.db, names);
    if (refused) throw failure(refused.code, ...refused.parameters);
    if (!isDatabaseName(it.db)) throw failure('VALIDATION_ERROR', `inheritedRoles.db ${it.db} cannot be a database`);
  }
  for (const { db, collection } of role.actions.flatMap((it) => it.resources)) {
    if (db && !isDatabaseName(db)) throw failure('VALIDATION_ERROR', `resources.db ${db} cannot be a database`);
    if (collection && !isCollectionName(collection))
      throw failure('VALIDATION_ERROR', `resources.collection ${collection} cannot be a collection`);
  }
  if (isCircular(role, others))
    throw failure('VALIDATION_ERROR', `inheritedRoles would make ${role.roleName} inherit from itself`);
}

export const listCustomRoles = operation<RoleRoom, unknown, CustomRole[]>({
  id: 'listGroupCustomDbRoleRoles',
  route: 'GET /groups/{groupId}/customDBRoles/roles',
  inside: 'group',
  bucket: 'roles',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': shown },
  run: ({ group }, { roles }) => roles.of(group.id),
});

export const createCustomRole = operation<
  RoleRoom,
  WantedRole,
  CustomRole,
  (typeof roleFails)[number] | 'ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS' | 'CUSTOM_ROLES_LIMIT_EXCEEDED'
>({
  id: 'createGroupCustomDbRoleRole',
  route: 'POST /groups/{groupId}/customDBRoles/roles',
  inside: 'group',
  bucket: 'roles',
  roles: ADMINS,
  fails: [...roleFails, 'ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS', 'CUSTOM_ROLES_LIMIT_EXCEEDED'],
  versions: { '2023-01-01': { ...shown, body: CreateRole, read: readRole, status: 202 } },
  async run({ group, wanted, note, fail }, { roles, projects, deployment, clock }) {
    const { roleName = '', actions = [], inheritedRoles = [] } = wanted;
    if (!isRoleName(roleName))
      throw fail('VALIDATION_ERROR', `roleName ${roleName} is not a name that a custom role can have`);
    const about = { _id: roleId(group.id, roleName), groupId: group.id, created: clock.now() };
    const role: CustomRole = { ...about, roleName, actions, inheritedRoles };
    try {
      await projects.within(group.id, async (tx, held) => {
        const others = await roles.of(group.id, tx);
        check(role, others);
        const most = held.limit('atlas.project.security.databaseAccess.customRoles');
        if (others.length >= most) throw fail('CUSTOM_ROLES_LIMIT_EXCEEDED');
        await roles.insert(role, tx);
        await note({ type: 'MONGODB_ROLE_ADDED' }, tx);
        await deployment.changed(group.id, tx);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS', roleName);
      throw error;
    }
    return role;
  },
});

export const getCustomRole = operation<RoleRoom, unknown, CustomRole, 'ATLAS_CUSTOM_ROLE_NOT_FOUND'>({
  id: 'getGroupCustomDbRoleRole',
  route: 'GET /groups/{groupId}/customDBRoles/roles/{roleName}',
  inside: 'group',
  bucket: 'roles',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ATLAS_CUSTOM_ROLE_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { roles }) {
    const role = await roles.find(roleId(group.id, path.roleName!));
    if (!role) throw fail('ATLAS_CUSTOM_ROLE_NOT_FOUND', path.roleName!);
    return role;
  },
});

export const updateCustomRole = operation<
  RoleRoom,
  WantedRole,
  CustomRole,
  (typeof roleFails)[number] | 'ATLAS_CUSTOM_ROLE_NOT_FOUND'
>({
  id: 'updateGroupCustomDbRoleRole',
  route: 'PATCH /groups/{groupId}/customDBRoles/roles/{roleName}',
  inside: 'group',
  bucket: 'roles',
  roles: ADMINS,
  fails: [...roleFails, 'ATLAS_CUSTOM_ROLE_NOT_FOUND'],
  versions: { '2023-01-01': { ...shown, body: UpdateRole, read: readRole } },
  run: ({ group, path, wanted, note, fail }, { state, roles, deployment }) =>
    transact(state, async (tx) => {
      const others = await roles.of(group.id, tx);
      const before = others.find((it) => it.roleName === path.roleName);
      if (!before) throw fail('ATLAS_CUSTOM_ROLE_NOT_FOUND', path.roleName!);
      const { actions = before.actions, inheritedRoles = before.inheritedRoles } = wanted;
      const role = { ...before, actions, inheritedRoles };
      check(role, others);
      await roles.put(role, tx);
      await note({ type: 'MONGODB_ROLE_UPDATED' }, tx);
      await deployment.changed(group.id, tx);
      return role;
    }),
});

export const deleteCustomRole = operation<
  RoleRoom,
  unknown,
  void,
  'ATLAS_CUSTOM_ROLE_NOT_FOUND' | 'ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS' | 'ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS'
>({
  id: 'deleteGroupCustomDbRoleRole',
  route: 'DELETE /groups/{groupId}/customDBRoles/roles/{roleName}',
  inside: 'group',
  bucket: 'roles',
  roles: ADMINS,
  fails: ['ATLAS_CUSTOM_ROLE_NOT_FOUND', 'ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS', 'ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ group, path, note, fail }, { state, roles, users, deployment }) {
    const roleName = path.roleName!;
    await transact(state, async (tx) => {
      const all = await roles.of(group.id, tx);
      const role = all.find((it) => it.roleName === roleName);
      if (!role) throw fail('ATLAS_CUSTOM_ROLE_NOT_FOUND', roleName);
      const bare = await users.takeRole(group.id, roleName, tx);
      if (bare.length) throw fail('ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS', bare.join(', '));
      for (const it of all.filter((other) => other.inheritedRoles.some((its) => its.role === roleName))) {
        const left = { ...it, inheritedRoles: it.inheritedRoles.filter((its) => its.role !== roleName) };
        if (isEmpty(left)) throw fail('ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS');
        await roles.put(left, tx);
      }
      await roles.remove(role._id, tx);
      await note({ type: 'MONGODB_ROLE_DELETED' }, tx);
      await deployment.changed(group.id, tx);
    });
  },
});

export const customRoleOperations = [
  listCustomRoles,
  createCustomRole,
  getCustomRole,
  updateCustomRole,
  deleteCustomRole,
];
