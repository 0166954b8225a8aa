// What every operation that changes something owes those who ask later who did it: an event, held over all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newAuthority } from '../src/base/certificates.ts';
import type { EventType } from '../src/contract/event-types.ts';
import type { TestAnswer } from './caller.ts';
import { harness, type TestHouse } from './house.ts';
import { newCluster, newProject, replicaSet } from './places.ts';
import { until } from './wait.ts';

const { open } = harness();

/** A house in which the acts below follow one another; `kept` is what later ones need of earlier ones. */
interface Stage extends TestHouse {
  org: string;
  group: string;
  kept: Record<string, string>;
}

/** What a call leaves behind. */
type Act = [events: EventType[], call: (it: Stage) => Promise<TestAnswer>];

const own = '/api/telamon/v1';
const older = { accept: 'application/vnd.atlas.2023-01-01+json' };
const account = { name: 'ci', description: 'tests', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 8 };
const databaseUser = {
  databaseName: 'admin',
  username: 'u',
  password: 'secret-0',
  roles: [{ databaseName: 'admin', roleName: 'readAnyDatabase' }],
};

/** Calls and keeps something of the answer. */
const keep =
  (name: string, of: (body: never) => string, call: Act[1]): Act[1] =>
  async (it) => {
    const answer = await call(it);
    it.kept[name] = of(answer.body as never);
    return answer;
  };

/** By operation, in the order in which they are tried. */
const acts: Record<string, Act> = {
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
  createGroup: [['GROUP_CREATED'], ({ api, owner }) => api('POST', '/groups', { name: 'n', orgId: owner.orgId })],
  updateGroup: [['GROUP_NAME_CHANGED'], ({ api, group }) => api('PATCH', group, { name: 'm' })],
  updateGroupSettings: [
    ['DATA_EXPLORER_DISABLED'],
    ({ api, group }) => api('PATCH', `${group}/settings`, { isDataExplorerEnabled: false }),
  ],
  createGroupApiKey: [
    ['API_KEY_CREATED', 'API_KEY_ADDED_TO_GROUP'],
    keep(
      'groupKey',
      (it: { id: string }) => it.id,
      ({ api, group }) => api('POST', `${group}/apiKeys`, { desc: 'k', roles: ['GROUP_READ_ONLY'] }),
    ),
  ],
  updateGroupApiKeyRoles: [
    ['API_KEY_ROLES_CHANGED'],
    ({ api, group, kept }) => api('PATCH', `${group}/apiKeys/${kept.groupKey}`, { roles: ['GROUP_OWNER'] }),
  ],
  removeGroupApiKey: [
    ['API_KEY_REMOVED_FROM_GROUP'],
    ({ api, group, kept }) => api('DELETE', `${group}/apiKeys/${kept.groupKey}`),
  ],
  addGroupApiKey: [
    ['API_KEY_ADDED_TO_GROUP'],
    ({ api, group, kept }) => api('POST', `${group}/apiKeys/${kept.groupKey}`, [{ roles: ['GROUP_OWNER'] }]),
  ],
  createGroupServiceAccount: [
    ['SERVICE_ACCOUNT_CREATED', 'SERVICE_ACCOUNT_ADDED_TO_GROUP'],
    keep(
      'groupAccount',
      (it: { clientId: string }) => it.clientId,
      ({ api, group }) => api('POST', `${group}/serviceAccounts`, { ...account, roles: ['GROUP_READ_ONLY'] }),
    ),
  ],
  updateGroupServiceAccount: [
    ['SERVICE_ACCOUNT_ROLES_CHANGED'],
    ({ api, group, kept }) => api('PATCH', `${group}/serviceAccounts/${kept.groupAccount}`, { roles: ['GROUP_OWNER'] }),
  ],
  createGroupServiceAccountSecret: [
    ['SERVICE_ACCOUNT_SECRET_ADDED'],
    keep(
      'groupSecret',
      (it: { id: string }) => it.id,
      ({ api, group, kept }) =>
        api('POST', `${group}/serviceAccounts/${kept.groupAccount}/secrets`, { secretExpiresAfterHours: 8 }),
    ),
  ],
  deleteGroupServiceAccountSecret: [
    ['SERVICE_ACCOUNT_SECRET_DELETED'],
    ({ api, group, kept }) =>
      api('DELETE', `${group}/serviceAccounts/${kept.groupAccount}/secrets/${kept.groupSecret}`),
  ],
  deleteGroupServiceAccount: [
    ['SERVICE_ACCOUNT_REMOVED_FROM_GROUP'],
    ({ api, group, kept }) => api('DELETE', `${group}/serviceAccounts/${kept.groupAccount}`),
  ],
  inviteGroupServiceAccount: [
    ['SERVICE_ACCOUNT_ADDED_TO_GROUP'],
    ({ api, group, kept }) =>
      api('POST', `${group}/serviceAccounts/${kept.groupAccount}:invite`, { roles: ['GROUP_OWNER'] }),
  ],
  setGroupLimit: [
    ['PROJECT_LIMIT_UPDATED'],
    ({ api, group }) => api('PATCH', `${group}/limits/atlas.project.deployment.clusters`, { value: 30 }),
  ],
  deleteGroupLimit: [
    ['PROJECT_LIMIT_UPDATED'],
    ({ api, group }) => api('DELETE', `${group}/limits/atlas.project.deployment.clusters`),
  ],
  createGroupIntegration: [
    ['INTEGRATION_CONFIGURED'],
    ({ api, group }) =>
      api('POST', `${group}/integrations/PAGER_DUTY`, { type: 'PAGER_DUTY', serviceKey: 'a'.repeat(32) }),
  ],
  updateGroupIntegration: [
    ['INTEGRATION_CONFIGURED'],
    ({ api, group }) => api('PUT', `${group}/integrations/PAGER_DUTY`, { serviceKey: 'b'.repeat(32), region: 'EU' }),
  ],
  deleteGroupIntegration: [
    ['INTEGRATION_REMOVED'],
    ({ api, group }) => api('DELETE', `${group}/integrations/PAGER_DUTY`),
  ],
  updateGroupMaintenanceWindow: [
    ['ATLAS_MAINTENANCE_WINDOW_ADDED'],
    ({ api, group }) => api('PATCH', `${group}/maintenanceWindow`, { dayOfWeek: 1, hourOfDay: 4 }),
  ],
  toggleGroupMaintenanceWindowAutoDefer: [
    ['ATLAS_MAINTENANCE_AUTO_DEFER_ENABLED'],
    ({ api, group }) => api('POST', `${group}/maintenanceWindow/autoDefer`),
  ],
  resetGroupMaintenanceWindow: [
    ['ATLAS_MAINTENANCE_WINDOW_REMOVED'],
    ({ api, group }) => api('DELETE', `${group}/maintenanceWindow`),
  ],
  createGroupAlertConfig: [
    ['ALERT_CONFIG_ADDED_AUDIT'],
    keep(
      'alert',
      (it: { id: string }) => it.id,
      ({ api, group }) =>
        api('POST', `${group}/alertConfigs`, { eventTypeName: 'NO_PRIMARY', notifications: [{ typeName: 'GROUP' }] }),
    ),
  ],
  updateGroupAlertConfig: [
    ['ALERT_CONFIG_CHANGED_AUDIT'],
    ({ api, group, kept }) =>
      api('PUT', `${group}/alertConfigs/${kept.alert}`, {
        eventTypeName: 'JOINED_GROUP',
        notifications: [{ typeName: 'GROUP' }],
      }),
  ],
  toggleGroupAlertConfig: [
    ['ALERT_CONFIG_ENABLED_AUDIT'],
    ({ api, group, kept }) => api('PATCH', `${group}/alertConfigs/${kept.alert}`, { enabled: true }),
  ],
  deleteGroupAlertConfig: [
    ['ALERT_CONFIG_DELETED_AUDIT'],
    ({ api, group, kept }) => api('DELETE', `${group}/alertConfigs/${kept.alert}`),
  ],
  toggleGroupPrivateEndpointRegionalMode: [
    ['REGIONALIZED_PRIVATE_ENDPOINT_MODE_ENABLED'],
    ({ api, group }) => api('PATCH', `${group}/privateEndpoint/regionalMode`, { enabled: true }),
  ],
  toggleGroupAwsCustomDns: [
    ['USER_SECURITY_SETTINGS_UPDATED'],
    ({ api, group }) => api('PATCH', `${group}/awsCustomDNS`, { enabled: true }),
  ],
  createOrgUser: [
    ['INVITED_TO_ORG'],
    keep(
      'pending',
      (it: { id: string }) => it.id,
      ({ api, org }) => api('POST', `${org}/users`, { username: 'A@example.com', roles: { orgRoles: ['ORG_MEMBER'] } }),
    ),
  ],
  updateOrgUser: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) =>
      api('PATCH', `${org}/users/${kept.pending}`, { roles: { orgRoles: ['ORG_READ_ONLY'] }, teamIds: [] }),
  ],
  addOrgUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('POST', `${org}/users/${kept.pending}:addRole`, { orgRole: 'ORG_MEMBER' }),
  ],
  removeOrgUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('POST', `${org}/users/${kept.pending}:removeRole`, { orgRole: 'ORG_MEMBER' }),
  ],
  updateOrgUserRoles: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('PUT', `${org}/users/${kept.pending}/roles`, { orgRoles: ['ORG_MEMBER'] }),
  ],
  removeOrgUser: [['ORG_INVITATION_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/users/${kept.pending}`)],
  putOperatorUser: [
    ['JOINED_ORG'],
    keep(
      'user',
      (it: { id: string }) => it.id,
      ({ operator, owner }) =>
        operator('POST', `${own}/operator/users`, { username: 'b@example.com', orgId: owner.orgId }),
    ),
  ],
  createUser: [
    ['JOINED_ORG'],
    ({ api, owner }) =>
      api('POST', '/users', {
        ...{ username: 'c@example.com', firstName: 'C', lastName: 'C', country: 'US', password: 'long enough' },
        roles: [{ orgId: owner.orgId, roleName: 'ORG_MEMBER' }],
      }),
  ],
  addGroupUsers: [
    ['JOINED_GROUP'],
    ({ api, group }) => api('POST', `${group}/users`, { username: 'b@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  addGroupUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('POST', `${group}/users/${kept.user}:addRole`, { groupRole: 'GROUP_OWNER' }),
  ],
  removeGroupUserRole: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('POST', `${group}/users/${kept.user}:removeRole`, { groupRole: 'GROUP_OWNER' }),
  ],
  updateGroupUserRoles: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('PUT', `${group}/users/${kept.user}/roles`, { groupRoles: ['GROUP_OWNER'] }),
  ],
  removeGroupUser: [['REMOVED_FROM_GROUP'], ({ api, group, kept }) => api('DELETE', `${group}/users/${kept.user}`)],
  addGroupAccessUser: [
    ['INVITED_TO_GROUP'],
    ({ api, group }) => api('POST', `${group}/access`, { username: 'd@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  createOrgInvite: [
    ['INVITED_TO_ORG'],
    keep(
      'invite',
      (it: { id: string }) => it.id,
      ({ api, org }) => api('POST', `${org}/invites`, { username: 'e@example.com', roles: ['ORG_MEMBER'] }),
    ),
  ],
  updateOrgInvites: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org }) => api('PATCH', `${org}/invites`, { username: 'e@example.com', roles: ['ORG_READ_ONLY'] }),
  ],
  updateOrgInviteById: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, org, kept }) => api('PATCH', `${org}/invites/${kept.invite}`, { roles: ['ORG_MEMBER'] }),
  ],
  deleteOrgInvite: [['ORG_INVITATION_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/invites/${kept.invite}`)],
  createGroupInvite: [
    ['INVITED_TO_GROUP'],
    keep(
      'groupInvite',
      (it: { id: string }) => it.id,
      ({ api, group }) => api('POST', `${group}/invites`, { username: 'f@example.com', roles: ['GROUP_OWNER'] }),
    ),
  ],
  updateGroupInvites: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group }) => api('PATCH', `${group}/invites`, { username: 'f@example.com', roles: ['GROUP_READ_ONLY'] }),
  ],
  updateGroupInviteById: [
    ['USER_ROLES_CHANGED_AUDIT'],
    ({ api, group, kept }) => api('PATCH', `${group}/invites/${kept.groupInvite}`, { roles: ['GROUP_OWNER'] }),
  ],
  deleteGroupInvite: [
    ['GROUP_INVITATION_DELETED'],
    ({ api, group, kept }) => api('DELETE', `${group}/invites/${kept.groupInvite}`),
  ],
  createOrgTeam: [
    ['TEAM_CREATED', 'JOINED_TEAM'],
    keep(
      'team',
      (it: { id: string }) => it.id,
      ({ api, org, owner }) => api('POST', `${org}/teams`, { name: 't', usernames: [owner.username] }),
    ),
  ],
  renameOrgTeam: [
    ['TEAM_NAME_CHANGED'],
    ({ api, org, kept }) => api('PATCH', `${org}/teams/${kept.team}`, { name: 'u' }),
  ],
  addOrgTeamUser: [
    ['JOINED_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}:addUser`, { id: kept.user }),
  ],
  removeOrgTeamUser: [
    ['REMOVED_FROM_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}:removeUser`, { id: kept.user }),
  ],
  addOrgTeamUsers: [
    ['JOINED_TEAM'],
    ({ api, org, kept }) => api('POST', `${org}/teams/${kept.team}/users`, [{ id: kept.user }], older),
  ],
  removeOrgTeamUserFromTeam: [
    ['REMOVED_FROM_TEAM'],
    ({ api, org, kept }) => api('DELETE', `${org}/teams/${kept.team}/users/${kept.user}`, undefined, older),
  ],
  addGroupTeams: [
    ['TEAM_ADDED_TO_GROUP'],
    ({ api, group, kept }) => api('POST', `${group}/teams`, [{ teamId: kept.team, roleNames: ['GROUP_READ_ONLY'] }]),
  ],
  updateGroupTeam: [
    ['TEAM_ROLES_MODIFIED'],
    ({ api, group, kept }) => api('PATCH', `${group}/teams/${kept.team}`, { roleNames: ['GROUP_OWNER'] }),
  ],
  removeGroupTeam: [
    ['TEAM_REMOVED_FROM_GROUP'],
    ({ api, group, kept }) => api('DELETE', `${group}/teams/${kept.team}`),
  ],
  deleteOrgTeam: [['TEAM_DELETED'], ({ api, org, kept }) => api('DELETE', `${org}/teams/${kept.team}`)],
  deleteOperatorUser: [
    ['REMOVED_FROM_ORG'],
    ({ operator }) => operator('DELETE', `${own}/operator/users/b@example.com`),
  ],
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
  createGroupCluster: [
    ['CLUSTER_CREATED'],
    keep(
      'cluster',
      (it: { id: string }) => it.id,
      ({ api, group }) => api('POST', `${group}/clusters`, replicaSet('c0', 1)),
    ),
  ],
  grantGroupClusterMongoDbEmployeeAccess: [
    ['EMPLOYEE_ACCESS_GRANTED'],
    ({ api, group }) =>
      api('POST', `${group}/clusters/c0:grantMongoDBEmployeeAccess`, {
        grantType: 'CLUSTER_INFRASTRUCTURE',
        expirationTime: '2100-01-01T00:00:00Z',
      }),
  ],
  revokeGroupClusterMongoDbEmployeeAccess: [
    ['EMPLOYEE_ACCESS_REVOKED'],
    ({ api, group }) => api('POST', `${group}/clusters/c0:revokeMongoDBEmployeeAccess`),
  ],
  updateGroupCluster: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    ({ api, group }) => api('PATCH', `${group}/clusters/c0`, { terminationProtectionEnabled: false }),
  ],
  updateGroupClusterProcessArgs: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    ({ api, group }) => api('PATCH', `${group}/clusters/c0/processArgs`, { noTableScan: true }),
  ],
  pinGroupClusterFeatureCompatibilityVersion: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    async ({ api, group, kept, state }) => {
      const status = { 'status.state': 'IDLE', 'status.featureCompatibilityVersion': '6.0' };
      await state.db.collection<{ _id: string }>('clusters').updateOne({ _id: kept.cluster! }, { $set: status });
      return api('POST', `${group}/clusters/c0:pinFeatureCompatibilityVersion`, {});
    },
  ],
  unpinGroupClusterFeatureCompatibilityVersion: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    ({ api, group }) => api('POST', `${group}/clusters/c0:unpinFeatureCompatibilityVersion`),
  ],
  restartGroupClusterPrimaries: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    async ({ api, group, kept, state }) => {
      await state.db
        .collection<{ _id: string }>('clusters')
        .updateOne({ _id: kept.cluster! }, { $set: { 'status.state': 'IDLE' } });
      return api('POST', `${group}/clusters/c0/restartPrimaries`);
    },
  ],
  createGroupFlexCluster: [
    ['CLUSTER_CREATED'],
    ({ api, group }) =>
      api('POST', `${group}/flexClusters`, {
        name: 'f0',
        providerSettings: { backingProviderName: 'AWS', regionName: 'US_EAST_1' },
      }),
  ],
  updateGroupFlexCluster: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    ({ api, group }) => api('PATCH', `${group}/flexClusters/f0`, { tags: [{ key: 'a', value: 'b' }] }),
  ],
  tenantGroupFlexClusterUpgrade: [
    ['CLUSTER_UPDATE_SUBMITTED'],
    ({ api, group }) => api('POST', `${group}/flexClusters:tenantUpgrade`, replicaSet('f0', 1)),
  ],
  upgradeGroupClusterTenantUpgrade: [
    ['CLUSTER_CREATED', 'CLUSTER_UPDATE_SUBMITTED'],
    async ({ api, group }) => {
      const tenant = { providerName: 'TENANT', backingProviderName: 'AWS', regionName: 'US_EAST_1' };
      await api('POST', `${group}/clusters`, replicaSet('m0', 1, { replicationSpecs: [{ regionConfigs: [tenant] }] }));
      const providerSettings = { providerName: 'AWS', instanceSizeName: 'M10', regionName: 'US_EAST_1' };
      return api('POST', `${group}/clusters/tenantUpgrade`, { name: 'm0', providerSettings });
    },
  ],
  deleteGroupFlexCluster: [
    ['CLUSTER_DELETE_SUBMITTED'],
    async ({ api, group }) => {
      const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
      await api('POST', `${group}/flexClusters`, { name: 'f1', providerSettings });
      return api('DELETE', `${group}/flexClusters/f1`);
    },
  ],
  requestGroupSampleDatasetLoad: [
    ['SAMPLE_DATASET_LOAD_REQUESTED'],
    ({ api, group }) => api('POST', `${group}/sampleDatasetLoad/c0`),
  ],
  createOrgLiveMigrationLinkToken: [
    ['API_KEY_CREATED', 'API_KEY_ACCESS_LIST_ENTRY_ADDED'],
    ({ api, org }) => api('POST', `${org}/liveMigrations/linkTokens`, { accessListIps: ['10.0.0.1'] }),
  ],
  deleteOrgLiveMigrationLinkTokens: [
    ['API_KEY_DELETED'],
    ({ api, org }) => api('DELETE', `${org}/liveMigrations/linkTokens`),
  ],
  createGroupLiveMigration: [
    ['CLUSTER_IMPORT_STARTED'],
    keep(
      'job',
      (it: { _id: string }) => it._id,
      async (it) => {
        const { api, as, org, group, kept, state } = it;
        await state.db
          .collection<{ _id: string }>('clusters')
          .updateOne({ _id: kept.cluster! }, { $set: { 'status.state': 'IDLE' } });
        const { linkToken } = (await api('POST', `${org}/liveMigrations/linkTokens`, {})).body;
        const agent = as(JSON.parse(Buffer.from(linkToken, 'base64url').toString('utf8')));
        const deployment = {
          name: 'd',
          version: '6.0.5',
          fcv: '6.0',
          dbSizeBytes: 1,
          oplogSizeMB: 1,
          tls: false,
          sharded: false,
        };
        const about = { instanceId: 'a', host: 'h', project: 'p', version: '0', deployments: [deployment] };
        const { projectId } = (await agent('POST', `${own}/agent/link`, about)).body;
        return api('POST', `${group}/liveMigrations`, {
          source: { groupId: projectId, clusterName: 'd', managedAuthentication: true, ssl: false },
          destination: { groupId: group.slice(8), clusterName: 'c0', hostnameSchemaType: 'PUBLIC' },
          migrationHosts: ['h'],
        });
      },
    ),
  ],
  cutoverGroupLiveMigration: [
    ['CLUSTER_IMPORT_CUTOVER'],
    async ({ api, group, kept, state }) => {
      const now = new Date();
      const progress = { phase: 'following', readyForCutover: true, lagSeconds: 0 };
      await state.db
        .collection<{ _id: string }>('migrationJobs')
        .updateOne({ _id: kept.job! }, { $set: { status: 'WORKING', readySince: now, reportedAt: now, progress } });
      return api('PUT', `${group}/liveMigrations/${kept.job}/cutover`);
    },
  ],
  cancelLiveMigration: [
    ['CLUSTER_IMPORT_CANCELLED'],
    ({ api, group, kept }) => api('POST', `${own}${group}/liveMigrations/${kept.job}:cancel`),
  ],
  deleteGroupCluster: [['CLUSTER_DELETE_SUBMITTED'], ({ api, group }) => api('DELETE', `${group}/clusters/c0`)],
  deleteGroup: [
    ['GROUP_DELETED'],
    async ({ api, owner }) => {
      const { id } = (await api('POST', '/groups', { name: 'gone', orgId: owner.orgId })).body;
      return api('DELETE', `/groups/${id}`);
    },
  ],
};

/** Those that change nothing an organization or project could be told of, and why. */
const silent: Record<string, string> = {
  createGroupContainer: 'always refused',
  createGroupPeer: 'always refused',
  createGroupPrivateEndpointEndpointService: 'always refused',
  deferGroupMaintenanceWindow: 'always refused',
  updateGroupAuditLog: 'changes nothing: auditing stays off',
  deleteOrg: 'the organization that would be told goes with it',
  setOrgBilling: "the operator's own note",
  createStaff: "the operator's own people",
  deleteStaff: "the operator's own people",
  openStaffSession: 'needs a running cluster: held below',
  closeStaffSession: 'needs a running cluster: held below',
  runStaffCommand: 'needs a running cluster: held below',
  restartStaffMember: 'needs a running cluster: held below',
  extendLiveMigration: 'Atlas has no event for it',
  validateGroupLiveMigrations: 'a validation changes nothing',
  validateGroupClusterConfigurations: 'a check changes nothing',
  createGroupClusterIndexRollingIndex: 'the build tells of itself: src/areas/rolling-indexes',
  registerCluster: 'CLUSTER_CREATED, by the operator: src/areas/clusters/external.test.ts',
  openLocalMigration: 'needs a running cluster: testing/unhappy/migrate-into.test.ts',
  reportLocalMigration: 'needs a running cluster: testing/unhappy/migrate-into.test.ts',
  introduceAgent: 'the agent tells of itself',
  pollAgentJobs: 'the agent asks',
  reportAgentJob: 'ends a migration: src/areas/live-migrations',
};

test('every operation that changes something leaves the events that tell of it', async () => {
  const house = await open();
  const group = (await house.api('POST', '/groups', { name: 'p', orgId: house.owner.orgId })).body.id;
  const stage: Stage = { ...house, org: `/orgs/${house.owner.orgId}`, group: `/groups/${group}`, kept: {} };
  const events = house.state.db.collection<{ type: EventType; created: Date }>('events');
  for (const [id, [expected, call]] of Object.entries(acts)) {
    await events.deleteMany({});
    const answer = await call(stage);
    assert.ok(answer.status < 300, `${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const left = (await events.find().toArray()).map((it) => it.type);
    for (const type of expected) assert.ok(left.includes(type), `${id} left ${left}`);
  }
});

test('no operation that changes something is forgotten above', async () => {
  const { operations } = await open();
  const changing = operations.filter((it) => !it.route.startsWith('GET ')).map((it) => it.id);
  const told = [...Object.keys(acts), ...Object.keys(silent)];
  assert.deepEqual(
    { unheld: changing.filter((it) => !told.includes(it)), stale: told.filter((it) => !changing.includes(it)) },
    { unheld: [], stale: [] },
  );
});

test('what the server and its staff do to a cluster is told, too', async () => {
  const house = await open({ running: true });
  const { api, operator, as } = house;
  const groupId = await newProject(house);
  await newCluster(house, groupId, 'c0');
  const told = async () => {
    const { results } = (await api('GET', `/groups/${groupId}/events?clusterNames=c0`)).body;
    return results.map((it: { eventTypeName: string }) => it.eventTypeName).reverse();
  };
  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: '2100-01-01T00:00:00Z' };
  await api('POST', `/groups/${groupId}/clusters/c0:grantMongoDBEmployeeAccess`, grant);
  const made = (await operator('POST', `${own}/operator/staff`, { name: 'Ann' })).body;
  const staff = as({ publicKey: made.username, privateKey: made.password });
  const [{ id, members }] = (await staff('GET', `${own}/staff/clusters`)).body;
  assert.equal((await staff('GET', `${own}/staff/clusters/${id}/logs/${members[0]}`)).status, 200);
  const member = `${own}/staff/clusters/${id}/members/${members[0]}`;
  assert.equal((await staff('POST', `${member}/commands`, { command: 'load' })).status, 200);
  const session = (await staff('POST', `${own}/staff/clusters/${id}/sessions`)).body;
  assert.equal((await staff('DELETE', `${own}/staff/sessions/${session.id}`)).status, 204);
  assert.equal((await staff('POST', `${member}:restart`)).status, 202);
  await until(told, (it) => it.includes('CLUSTER_UPDATE_COMPLETED'));
  const { results } = (await api('GET', `/groups/${groupId}/events?eventType=SSH_KEY_NDS_HOST_ACCESS_GRANTED`)).body;
  assert.deepEqual([results[0].isGlobalAdmin, results[0].username], [true, made.username]);
  await api('DELETE', `/groups/${groupId}/clusters/c0`);
  await until(told, (it) => it.includes('CLUSTER_DELETED'));
  assert.deepEqual(await told(), [
    'CLUSTER_CREATED',
    'CLUSTER_READY',
    'EMPLOYEE_ACCESS_GRANTED',
    'EMPLOYEE_DOWNLOADED_CLUSTER_LOGS',
    'ALERT_HOST_SSH_SESSION_STARTED',
    'SSH_KEY_NDS_HOST_ACCESS_GRANTED',
    'HOST_SSH_SESSION_ENDED',
    'PROCESS_RESTART_REQUESTED',
    'CLUSTER_UPDATE_COMPLETED',
    'CLUSTER_DELETE_SUBMITTED',
    'CLUSTER_DELETED',
  ]);
});
