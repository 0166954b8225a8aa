// Who gets into a cluster.
import { newAuthority } from '../../src/base/certificates.ts';
import type { Acts } from './stage.ts';

const databaseUser = {
  databaseName: 'admin',
  username: 'u',
  password: 'secret-0',
  roles: [{ databaseName: 'admin', roleName: 'readAnyDatabase' }],
};

export const databases: Acts = {
  createGroupDatabaseUser: [
    ['MONGODB_USER_ADDED'],
    ({ api, group }) => api('POST', `${group}/databaseUsers`, databaseUser),
  ],
  updateGroupDatabaseUser: [
    ['MONGODB_USER_UPDATED'],
    ({ api, group }) => api('PATCH', `${group}/databaseUsers/admin/u`, { password: 'secret-1' }),
  ],
  createGroupDatabaseUserCert: [
    ['MONGODB_USER_X509_CERT_CREATED'],
    async ({ api, group }) => {
      const { password: _none, ...user } = { ...databaseUser, databaseName: '$external', x509Type: 'MANAGED' };
      await api('POST', `${group}/databaseUsers`, user);
      return api('POST', `${group}/databaseUsers/u/certs`, {});
    },
  ],
  updateGroupUserSecurity: [
    ['USER_SECURITY_SETTINGS_UPDATED'],
    async ({ api, group }) => {
      const { certificate } = await newAuthority('A', 1);
      return api('PATCH', `${group}/userSecurity`, { customerX509: { cas: certificate } });
    },
  ],
  disableGroupUserSecurityCustomerX509: [
    ['USER_SECURITY_SETTINGS_UPDATED'],
    ({ api, group }) => api('DELETE', `${group}/userSecurity/customerX509`),
  ],
  deleteGroupDatabaseUser: [
    ['MONGODB_USER_DELETED'],
    ({ api, group }) => api('DELETE', `${group}/databaseUsers/admin/u`),
  ],
  createGroupCustomDbRoleRole: [
    ['MONGODB_ROLE_ADDED'],
    ({ api, group }) =>
      api('POST', `${group}/customDBRoles/roles`, {
        roleName: 'clerk',
        inheritedRoles: [{ role: 'read', db: 'shop' }],
      }),
  ],
  updateGroupCustomDbRoleRole: [
    ['MONGODB_ROLE_UPDATED'],
    ({ api, group }) =>
      api('PATCH', `${group}/customDBRoles/roles/clerk`, { inheritedRoles: [{ role: 'readWrite', db: 'shop' }] }),
  ],
  deleteGroupCustomDbRoleRole: [
    ['MONGODB_ROLE_DELETED'],
    ({ api, group }) => api('DELETE', `${group}/customDBRoles/roles/clerk`),
  ],
  createGroupAccessListEntry: [
    ['NETWORK_PERMISSION_ENTRY_ADDED'],
    ({ api, group }) => api('POST', `${group}/accessList`, [{ ipAddress: '10.0.0.1' }]),
  ],
  deleteGroupAccessListEntry: [
    ['NETWORK_PERMISSION_ENTRY_REMOVED'],
    ({ api, group }) => api('DELETE', `${group}/accessList/10.0.0.1`),
  ],
};
