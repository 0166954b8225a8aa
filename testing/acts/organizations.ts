// Organizations, their keys and their service accounts.
import { type Acts, account, keep } from './stage.ts';

export const organizations: Acts = {
  createOrg: [
    ['ORG_CREATED', 'API_KEY_CREATED'],
    ({ api }) => api('POST', '/orgs', { name: 'A', apiKey: { desc: 'k', roles: ['ORG_OWNER'] } }),
  ],
  updateOrg: [['ORG_RENAMED'], ({ api, org }) => api('PATCH', org, { name: 'B' })],
  updateOrgSettings: [
    ['ORG_EMPLOYEE_ACCESS_RESTRICTED'],
    ({ api, org }) => api('PATCH', `${org}/settings`, { restrictEmployeeAccess: true }),
  ],
  createOrgApiKey: [
    ['API_KEY_CREATED'],
    keep(
      'key',
      (it: { id: string }) => it.id,
      ({ api, org }) => api('POST', `${org}/apiKeys`, { desc: 'k', roles: ['ORG_MEMBER'] }),
    ),
  ],
  updateOrgApiKey: [
    ['API_KEY_DESCRIPTION_CHANGED', 'API_KEY_ROLES_CHANGED'],
    ({ api, org, kept }) => api('PATCH', `${org}/apiKeys/${kept.key}`, { desc: 'n', roles: ['ORG_READ_ONLY'] }),
  ],
  createOrgApiKeyAccessListEntry: [
    ['API_KEY_ACCESS_LIST_ENTRY_ADDED'],
    ({ api, org, kept }) => api('POST', `${org}/apiKeys/${kept.key}/accessList`, [{ ipAddress: '10.0.0.1' }]),
  ],
  deleteOrgApiKeyAccessListEntry: [
    ['API_KEY_ACCESS_LIST_ENTRY_DELETED'],
    ({ api, org, kept }) => api('DELETE', `${org}/apiKeys/${kept.key}/accessList/10.0.0.1`),
  ],
  deleteOrgApiKey: [['API_KEY_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/apiKeys/${kept.key}`)],
  createOrgServiceAccount: [
    ['SERVICE_ACCOUNT_CREATED'],
    keep(
      'account',
      (it: { clientId: string }) => it.clientId,
      ({ api, org }) => api('POST', `${org}/serviceAccounts`, account),
    ),
  ],
  updateOrgServiceAccount: [
    ['SERVICE_ACCOUNT_DETAILS_CHANGED'],
    ({ api, org, kept }) => api('PATCH', `${org}/serviceAccounts/${kept.account}`, { name: 'cd' }),
  ],
  createOrgServiceAccountSecret: [
    ['SERVICE_ACCOUNT_SECRET_ADDED'],
    keep(
      'secret',
      (it: { id: string }) => it.id,
      ({ api, org, kept }) =>
        api('POST', `${org}/serviceAccounts/${kept.account}/secrets`, { secretExpiresAfterHours: 8 }),
    ),
  ],
  deleteOrgServiceAccountSecret: [
    ['SERVICE_ACCOUNT_SECRET_DELETED'],
    ({ api, org, kept }) => api('DELETE', `${org}/serviceAccounts/${kept.account}/secrets/${kept.secret}`),
  ],
  createOrgServiceAccountAccessList: [
    ['SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED'],
    ({ api, org, kept }) =>
      api('POST', `${org}/serviceAccounts/${kept.account}/accessList`, [{ ipAddress: '10.0.0.1' }]),
  ],
  deleteOrgServiceAccountAccessListEntry: [
    ['SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED'],
    ({ api, org, kept }) => api('DELETE', `${org}/serviceAccounts/${kept.account}/accessList/10.0.0.1`),
  ],
  createGroupServiceAccountAccessList: [
    ['SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED'],
    async ({ api, group, kept, state }) => {
      const roles = { groupId: group.slice(8), roleName: 'GROUP_READ_ONLY' };
      await state.db
        .collection<{ _id: string; roles: object[] }>('serviceAccounts')
        .updateOne({ _id: kept.account! }, { $push: { roles } });
      return api('POST', `${group}/serviceAccounts/${kept.account}/accessList`, [{ ipAddress: '10.0.0.1' }]);
    },
  ],
  deleteGroupServiceAccountAccessListEntry: [
    ['SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED'],
    ({ api, group, kept }) => api('DELETE', `${group}/serviceAccounts/${kept.account}/accessList/10.0.0.1`),
  ],
  deleteOrgServiceAccount: [
    ['SERVICE_ACCOUNT_DELETED'],
    ({ api, org, kept }) => api('DELETE', `${org}/serviceAccounts/${kept.account}`),
  ],
};
