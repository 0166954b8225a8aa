// Clusters.
import { replicaSet } from '../places.ts';
import { type Acts, keep } from './stage.ts';

export const clusters: Acts = {
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
};
