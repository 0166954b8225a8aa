import { type State, transact } from '../../base/state.ts';
import type { OrgRole } from '../../contract/roles.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { ServiceAccount } from './model.ts';
import type { AccountQuestions, MadeAccount } from './questions.ts';
import type { AccountStore } from './store.ts';
import { AccountReply, NewAccountWire, UpdateAccountWire, writeAccount } from './wire.ts';

export interface AccountRoom {
  state: State;
  accounts: AccountStore;
  questions: AccountQuestions;
  orgs: Pick<OrgQuestions, 'within'>;
  projects: Pick<ProjectQuestions, 'hold'>;
}

const seen = { reply: AccountReply, status: 200, write: (it: ServiceAccount) => writeAccount(it) };

interface NewAccountBody {
  name: string;
  description: string;
  roles: OrgRole[];
  secretExpiresAfterHours: number;
}

export const createOrgServiceAccount = operation<AccountRoom, NewAccountBody, MadeAccount, 'VALIDATION_ERROR'>({
  id: 'createOrgServiceAccount',
  route: 'POST /orgs/{orgId}/serviceAccounts',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['VALIDATION_ERROR'],
  versions: {
    '2024-08-05': {
      body: NewAccountWire,
      reply: AccountReply,
      status: 201,
      write: ({ account, secret }) => writeAccount(account, secret),
    },
  },
  run: ({ org, wanted, note }, { questions, orgs }) =>
    orgs.within(org.id, async (tx, held) => {
      held.checkSecretLife(wanted.secretExpiresAfterHours);
      const roles = wanted.roles.map((roleName) => ({ orgId: org.id, roleName }));
      const made = questions.createIn(org.id, { ...wanted, roles }, tx);
      await note({ type: 'SERVICE_ACCOUNT_CREATED' }, tx);
      return made;
    }),
});

export const listOrgServiceAccounts = operation<AccountRoom, unknown, Page<ServiceAccount>>({
  id: 'listOrgServiceAccounts',
  route: 'GET /orgs/{orgId}/serviceAccounts',
  inside: 'org',
  roles: ['ORG_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2024-08-05': seen },
  run: ({ org, paging }, { accounts }) => accounts.list(org.id, paging),
});

export const getOrgServiceAccount = operation<AccountRoom, unknown, ServiceAccount, 'SERVICE_ACCOUNT_NOT_FOUND'>({
  id: 'getOrgServiceAccount',
  route: 'GET /orgs/{orgId}/serviceAccounts/{clientId}',
  inside: 'org',
  roles: ['ORG_READ_ONLY'],
  fails: ['SERVICE_ACCOUNT_NOT_FOUND'],
  versions: { '2024-08-05': seen },
  async run({ org, path, fail }, { accounts }) {
    const account = await accounts.find(org.id, path.clientId!);
    if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
    return account;
  },
});

interface AccountChange {
  name?: string | null;
  description?: string | null;
  roles?: OrgRole[] | null;
}

export const updateOrgServiceAccount = operation<
  AccountRoom,
  AccountChange,
  ServiceAccount,
  'SERVICE_ACCOUNT_NOT_FOUND'
>({
  id: 'updateOrgServiceAccount',
  route: 'PATCH /orgs/{orgId}/serviceAccounts/{clientId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['SERVICE_ACCOUNT_NOT_FOUND'],
  versions: { '2024-08-05': { ...seen, body: UpdateAccountWire } },
  run: ({ org, path, wanted, note, fail }, { state, accounts }) =>
    transact(state, async (tx) => {
      const before = await accounts.find(org.id, path.clientId!, tx);
      const elsewhere = before?.roles.filter((it) => it.orgId !== org.id) ?? [];
      const roles = wanted.roles?.map((roleName) => ({ orgId: org.id, roleName }));
      const change = {
        ...(wanted.name ? { name: wanted.name } : {}),
        ...(wanted.description ? { description: wanted.description } : {}),
        ...(roles ? { roles: [...roles, ...elsewhere] } : {}),
      };
      const account = before && (await accounts.update(org.id, before._id, change, tx));
      if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
      if (account.name !== before.name || account.description !== before.description)
        await note({ type: 'SERVICE_ACCOUNT_DETAILS_CHANGED' }, tx);
      if (roles) await note({ type: 'SERVICE_ACCOUNT_ROLES_CHANGED' }, tx);
      return account;
    }),
});

export const deleteOrgServiceAccount = operation<AccountRoom, unknown, void, 'SERVICE_ACCOUNT_NOT_FOUND'>({
  id: 'deleteOrgServiceAccount',
  route: 'DELETE /orgs/{orgId}/serviceAccounts/{clientId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['SERVICE_ACCOUNT_NOT_FOUND'],
  versions: { '2024-08-05': { status: 204 } },
  run: ({ org, path, note, fail }, { state, accounts }) =>
    transact(state, async (tx) => {
      if (!(await accounts.remove(org.id, path.clientId!, tx))) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
      await note({ type: 'SERVICE_ACCOUNT_DELETED' }, tx);
    }),
});

export const accountOperations = [
  createOrgServiceAccount,
  listOrgServiceAccounts,
  getOrgServiceAccount,
  updateOrgServiceAccount,
  deleteOrgServiceAccount,
];
