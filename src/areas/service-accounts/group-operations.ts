import { type Tx, transact } from '../../base/state.ts';
import type { Assignment, GroupRole } from '../../contract/roles.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import type { ServiceAccount } from './model.ts';
import type { AccountRoom } from './operations.ts';
import type { MadeAccount } from './questions.ts';
import {
  AccountReply,
  GroupRolesWire,
  GroupsReply,
  NewGroupAccountWire,
  UpdateGroupAccountWire,
  writeGroupAccount,
} from './wire.ts';

/** An account in the light of one project. */
interface GroupAccount {
  account: ServiceAccount;
  groupId: string;
}

const shown = {
  reply: AccountReply,
  status: 200,
  write: ({ account, groupId }: GroupAccount) => writeGroupAccount(account, groupId),
};
export const unknown = ['SERVICE_ACCOUNT_NOT_FOUND'] as const;
export type Unknown = (typeof unknown)[number];
type Found = Pick<Call<unknown, Unknown>, 'org' | 'group' | 'path' | 'fail'>;

export async function findInGroup(
  { group, path, fail }: Found,
  { accounts }: AccountRoom,
  tx?: Tx,
): Promise<ServiceAccount> {
  const account = await accounts.findInGroup(group.id, path.clientId!, tx);
  if (account?.orgId !== group.orgId) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
  return account;
}

const withRoles = (account: ServiceAccount, groupId: string, roles: readonly GroupRole[]): Assignment[] => [
  ...account.roles.filter((it) => it.groupId !== groupId),
  ...roles.map((roleName) => ({ groupId, roleName })),
];

export const listGroupServiceAccounts = operation<AccountRoom, unknown, Page<GroupAccount>>({
  id: 'listGroupServiceAccounts',
  route: 'GET /groups/{groupId}/serviceAccounts',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2024-08-05': shown },
  async run({ group, paging }, { accounts }) {
    const { items, total } = await accounts.listInGroup(group.id, paging);
    return { items: items.map((account) => ({ account, groupId: group.id })), total };
  },
});

export const getGroupServiceAccount = operation<AccountRoom, unknown, GroupAccount, Unknown>({
  id: 'getGroupServiceAccount',
  route: 'GET /groups/{groupId}/serviceAccounts/{clientId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: unknown,
  versions: { '2024-08-05': shown },
  run: async (call, room) => ({ account: await findInGroup(call, room), groupId: call.group.id }),
});

interface NewGroupAccount {
  name: string;
  description: string;
  roles: GroupRole[];
  secretExpiresAfterHours: number;
}

/** The new account is a member of the organization and has its roles in this project alone. */
export const createGroupServiceAccount = operation<
  AccountRoom,
  NewGroupAccount,
  MadeAccount & GroupAccount,
  'ORG_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'createGroupServiceAccount',
  route: 'POST /groups/{groupId}/serviceAccounts',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['ORG_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: {
    '2024-08-05': {
      body: NewGroupAccountWire,
      reply: AccountReply,
      status: 201,
      write: ({ account, groupId, secret }) => writeGroupAccount(account, groupId, secret),
    },
  },
  run: ({ group, wanted, note }, { questions, orgs, projects }) => {
    const { id: groupId, orgId } = group;
    return orgs.within(orgId, async (tx, held) => {
      await projects.hold(groupId, tx);
      held.checkSecretLife(wanted.secretExpiresAfterHours);
      const member: Assignment = { orgId, roleName: 'ORG_MEMBER' };
      const roles = [member, ...wanted.roles.map((roleName) => ({ groupId, roleName }))];
      const made = questions.createIn(orgId, { ...wanted, roles }, tx);
      await note({ type: 'SERVICE_ACCOUNT_CREATED', orgId, groupId: undefined }, tx);
      await note({ type: 'SERVICE_ACCOUNT_ADDED_TO_GROUP' }, tx);
      return { ...made, groupId };
    });
  },
});

interface GroupAccountChange {
  name?: string | null;
  description?: string | null;
  roles?: GroupRole[] | null;
}

export const updateGroupServiceAccount = operation<AccountRoom, GroupAccountChange, GroupAccount, Unknown>({
  id: 'updateGroupServiceAccount',
  route: 'PATCH /groups/{groupId}/serviceAccounts/{clientId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: unknown,
  versions: { '2024-08-05': { ...shown, body: UpdateGroupAccountWire } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const { group, wanted, note, fail } = call;
      const before = await findInGroup(call, room, tx);
      const change = {
        ...(wanted.name ? { name: wanted.name } : {}),
        ...(wanted.description ? { description: wanted.description } : {}),
        ...(wanted.roles ? { roles: withRoles(before, group.id, wanted.roles) } : {}),
      };
      const account = await room.accounts.update(group.orgId, before._id, change, tx);
      if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', before._id);
      if (account.name !== before.name || account.description !== before.description)
        await note({ type: 'SERVICE_ACCOUNT_DETAILS_CHANGED' }, tx);
      if (wanted.roles) await note({ type: 'SERVICE_ACCOUNT_ROLES_CHANGED' }, tx);
      return { account, groupId: group.id };
    }),
});

/** The account stays in the organization. */
export const deleteGroupServiceAccount = operation<AccountRoom, unknown, void, Unknown>({
  id: 'deleteGroupServiceAccount',
  route: 'DELETE /groups/{groupId}/serviceAccounts/{clientId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: unknown,
  versions: { '2024-08-05': { status: 204 } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const { group, note } = call;
      const account = await findInGroup(call, room, tx);
      await room.accounts.update(group.orgId, account._id, { roles: withRoles(account, group.id, []) }, tx);
      await note({ type: 'SERVICE_ACCOUNT_REMOVED_FROM_GROUP' }, tx);
    }),
});

/** Gives an account of the organization roles in the project. */
export const inviteGroupServiceAccount = operation<AccountRoom, { roles: GroupRole[] }, GroupAccount, Unknown>({
  id: 'inviteGroupServiceAccount',
  route: 'POST /groups/{groupId}/serviceAccounts/{clientId}:invite',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: unknown,
  versions: { '2024-08-05': { ...shown, body: GroupRolesWire } },
  run: ({ group, path, wanted, note, fail }, { state, accounts }) =>
    transact(state, async (tx) => {
      const before = await accounts.find(group.orgId, path.clientId!, tx);
      const roles = before && withRoles(before, group.id, wanted.roles);
      const account = before && roles && (await accounts.update(group.orgId, before._id, { roles }, tx));
      if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
      await note({ type: 'SERVICE_ACCOUNT_ADDED_TO_GROUP' }, tx);
      return { account, groupId: group.id };
    }),
});

interface InGroup {
  groupId: string;
  roles: GroupRole[];
}

export const getOrgServiceAccountGroups = operation<AccountRoom, unknown, Page<InGroup>, Unknown>({
  id: 'getOrgServiceAccountGroups',
  route: 'GET /orgs/{orgId}/serviceAccounts/{clientId}/groups',
  inside: 'org',
  roles: ['ORG_READ_ONLY'],
  fails: unknown,
  list: 'page',
  versions: { '2024-08-05': { reply: GroupsReply, status: 200 } },
  async run({ org, path, paging, fail }, { accounts }) {
    const account = await accounts.find(org.id, path.clientId!);
    if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
    const groups = new Map<string, GroupRole[]>();
    for (const { groupId, roleName } of account.roles)
      if (groupId !== undefined) groups.set(groupId, [...(groups.get(groupId) ?? []), roleName]);
    const all = [...groups].map(([groupId, roles]) => ({ groupId, roles }));
    return { items: all.slice(paging.skip, paging.skip + paging.itemsPerPage), total: all.length };
  },
});

export const groupAccountOperations = [
  listGroupServiceAccounts,
  getGroupServiceAccount,
  createGroupServiceAccount,
  updateGroupServiceAccount,
  deleteGroupServiceAccount,
  inviteGroupServiceAccount,
  getOrgServiceAccountGroups,
];
