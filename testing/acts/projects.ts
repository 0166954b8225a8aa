// Projects, their keys, service accounts and settings.
import { newId } from '../../src/base/ids.ts';
import { type Acts, account, keep } from './stage.ts';

export const projects: Acts = {
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
  acknowledgeGroupAlert: [
    ['ALERT_ACKNOWLEDGED_AUDIT'],
    async ({ api, org, group, kept, state }) => {
      const [, groupId] = group.split('/groups/');
      const at = { created: new Date(), updated: new Date() };
      const about = { groupId, orgId: org.split('/orgs/')[1], alertConfigId: kept.alert, eventTypeName: 'NO_PRIMARY' };
      const alert = { _id: newId(), ...about, clusterName: 'c0', status: 'OPEN', ...at };
      await state.db.collection<{ _id: string }>('alerts').insertOne(alert);
      return api('PATCH', `${group}/alerts/${alert._id}`, { acknowledgedUntil: '2126-01-01T00:00:00Z' });
    },
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
};
