import Type from 'typebox';
import { type Tx, transact } from '../../base/state.ts';
import type { Assignment, GroupRole } from '../../contract/roles.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import type { ApiKey } from './model.ts';
import type { KeyRoom } from './operations.ts';
import type { MadeKey } from './questions.ts';
import { ApiKeyReply, CreateGroupApiKey, GroupKeyRoles, UpdateGroupApiKey, writeKey } from './wire.ts';

const shown = {
  reply: ApiKeyReply,
  status: 200,
  write: (key: ApiKey, links: Parameters<typeof writeKey>[1]) => writeKey(key, links),
};

const inGroup = (groupId: string, roles: readonly GroupRole[]): Assignment[] =>
  roles.map((roleName) => ({ groupId, roleName }));

/** Replaces what a key may do in one project. */
async function setRoles(
  { group, path, fail }: Pick<Call<unknown, 'API_KEY_NOT_FOUND'>, 'group' | 'path' | 'fail'>,
  { keys }: KeyRoom,
  change: { roles?: readonly GroupRole[]; desc?: string },
  tx: Tx,
): Promise<{ before: ApiKey; after: ApiKey }> {
  const before = await keys.find(group.orgId, path.apiUserId!, tx);
  const roles = change.roles && [
    ...(before?.roles.filter((it) => it.groupId !== group.id) ?? []),
    ...inGroup(group.id, change.roles),
  ];
  const set = { ...(roles ? { roles } : {}), ...(change.desc === undefined ? {} : { desc: change.desc }) };
  const after = before && (await keys.update(group.orgId, before._id, set, tx));
  if (!after) throw fail('API_KEY_NOT_FOUND', path.apiUserId!);
  return { before, after };
}

export const listGroupApiKeys = operation<KeyRoom, unknown, Page<ApiKey>>({
  id: 'listGroupApiKeys',
  route: 'GET /groups/{groupId}/apiKeys',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: ({ group, paging }, { keys }) => keys.listInGroup(group.id, paging),
});

/** The new key is a member of the organization and has its roles in this project alone. */
export const createGroupApiKey = operation<
  KeyRoom,
  { desc: string; roles: GroupRole[] },
  MadeKey,
  'MAX_API_KEYS_PER_ORG_EXCEEDED' | 'ORG_NOT_FOUND'
>({
  id: 'createGroupApiKey',
  route: 'POST /groups/{groupId}/apiKeys',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['MAX_API_KEYS_PER_ORG_EXCEEDED', 'ORG_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      ...shown,
      body: CreateGroupApiKey,
      write: ({ key, privateKey }, links) => writeKey(key, links, privateKey),
    },
  },
  run: ({ group, wanted, note, fail }, { keys, questions, orgs, projects, limits }) =>
    orgs.within(group.orgId, async (tx) => {
      await projects.hold(group.id, tx);
      if ((await keys.countIn(group.orgId, tx)) >= limits.apiKeysPerOrg)
        throw fail('MAX_API_KEYS_PER_ORG_EXCEEDED', limits.apiKeysPerOrg, group.orgId);
      const member: Assignment = { orgId: group.orgId, roleName: 'ORG_MEMBER' };
      const roles = [member, ...inGroup(group.id, wanted.roles)];
      const made = await questions.createIn(group.orgId, { desc: wanted.desc, roles }, tx);
      const about = { orgId: group.orgId, targetPublicKey: made.key.publicKey };
      await note({ type: 'API_KEY_CREATED', ...about, groupId: undefined }, tx);
      await note({ type: 'API_KEY_ADDED_TO_GROUP', ...about }, tx);
      return made;
    }),
});

/** Gives a key of the organization roles in the project; several entries add up. */
export const addGroupApiKey = operation<KeyRoom, { roles: GroupRole[] }[], void, 'API_KEY_NOT_FOUND'>({
  id: 'addGroupApiKey',
  route: 'POST /groups/{groupId}/apiKeys/{apiUserId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: { '2023-01-01': { body: Type.Array(GroupKeyRoles, { minItems: 1 }), status: 204 } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const roles = [...new Set(call.wanted.flatMap((it) => it.roles))];
      const { after } = await setRoles(call, room, { roles }, tx);
      await call.note({ type: 'API_KEY_ADDED_TO_GROUP', targetPublicKey: after.publicKey }, tx);
    }),
});

export const updateGroupApiKeyRoles = operation<
  KeyRoom,
  { desc?: string; roles?: GroupRole[] },
  ApiKey,
  'API_KEY_NOT_FOUND'
>({
  id: 'updateGroupApiKeyRoles',
  route: 'PATCH /groups/{groupId}/apiKeys/{apiUserId}',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: { '2023-01-01': { ...shown, body: UpdateGroupApiKey } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const { before, after } = await setRoles(call, room, call.wanted, tx);
      const about = { targetPublicKey: after.publicKey };
      if (before.desc !== after.desc) await call.note({ type: 'API_KEY_DESCRIPTION_CHANGED', ...about }, tx);
      if (call.wanted.roles) await call.note({ type: 'API_KEY_ROLES_CHANGED', ...about }, tx);
      return after;
    }),
});

/** The key stays in the organization. */
export const removeGroupApiKey = operation<KeyRoom, unknown, void, 'API_KEY_NOT_FOUND'>({
  id: 'removeGroupApiKey',
  route: 'DELETE /groups/{groupId}/apiKeys/{apiUserId}',
  inside: 'group',
  roles: ['GROUP_ACCESS_MANAGER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const { group, path, note, fail } = call;
      if (!(await room.keys.findInGroup(group.id, path.apiUserId!, tx)))
        throw fail('API_KEY_NOT_FOUND', path.apiUserId!);
      const { after } = await setRoles(call, room, { roles: [] }, tx);
      await note({ type: 'API_KEY_REMOVED_FROM_GROUP', targetPublicKey: after.publicKey }, tx);
    }),
});

export const groupKeyOperations = [
  listGroupApiKeys,
  createGroupApiKey,
  addGroupApiKey,
  updateGroupApiKeyRoles,
  removeGroupApiKey,
];
