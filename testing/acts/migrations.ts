// Live migrations, and what can go only when all is done.
import { type Acts, keep, own } from './stage.ts';

export const migrations: Acts = {
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
