// Where answers of ours depart from the recorded ones on purpose. A reason that nothing needs any more fails the replay.
import type { Departure } from './replay.ts';

export interface Exception {
  /** Of these suites alone. */
  suite?: RegExp;
  operationId?: RegExp;
  /** `refused`, or what the comparison calls it. */
  kind?: string;
  /** Part of what the departure says. */
  detail: string;
  why: string;
  /** Whether it shows depends on how fast things go. */
  sometimes?: true;
}

const IN_CLUSTERS = /^(auto|create|get|list|update)Group\w*Clusters?$/;

export const exceptions: readonly Exception[] = [
  {
    ...{ operationId: IN_CLUSTERS, kind: 'missing', detail: '/connectionStrings/standardSrv' },
    why: 'no zone was named in which clusters would have names',
  },
  {
    ...{ operationId: /^getGroup(Flex)?Cluster$/, kind: 'status', detail: '404 CLUSTER_NOT_FOUND' },
    why: 'a cluster is gone sooner here',
    sometimes: true,
  },
  {
    ...{ operationId: IN_CLUSTERS, kind: 'extra', detail: '/connectionStrings/standard' },
    why: 'a cluster is there sooner here',
    sometimes: true,
  },
  {
    ...{ operationId: /^deleteGroup$/, kind: 'status', detail: '409 CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS' },
    why: 'the recorded client waited until the cluster was gone, the replay does not: a busy machine may still be at it',
    sometimes: true,
  },
  ...['backupEnabled', 'pitEnabled'].map((detail) => ({
    ...{ operationId: /^createGroupCluster$/, kind: 'refused', detail },
    why: 'there are no snapshots of disks',
  })),
  {
    ...{ operationId: /^createGroupCluster$/, kind: 'refused', detail: 'clusterType' },
    why: 'a sharded cluster needs a mongos binary',
  },
  ...['/configServerManagementMode', '/configServerType', '/awsPrivateLinkSrv', '/privateEndpoint'].map((detail) => ({
    ...{ suite: /^clusters\/iss\//, operationId: IN_CLUSTERS, kind: 'missing', detail },
    why: 'only sharded clusters show it, and here it is a replica set',
  })),
  {
    ...{ suite: /^generic\/customdbroles$/, kind: 'missing', detail: '/resources/*/cluster' },
    why: 'only the list of Atlas shows false for a privilege on a namespace',
  },
  {
    ...{ suite: /^networking\//, kind: 'status', detail: 'UNSUPPORTED_FOR_CURRENT_CONFIG' },
    why: 'only a cloud has private endpoints',
  },
  {
    ...{ suite: /^iam\//, kind: 'missing', detail: '/results/*/lastAuth' },
    why: 'nobody has signed in yet',
  },
  {
    ...{
      suite: /^generic\/alerts$/,
      operationId: /^(get|acknowledge)GroupAlert$/,
      kind: 'status',
      detail: '404 ALERT_NOT_FOUND',
    },
    why: 'it was raised before the recording began',
  },
];

export const covers = (exception: Exception, it: Departure): boolean =>
  (exception.suite?.test(it.exchange.split('#')[0]!) ?? true) &&
  (exception.operationId?.test(it.operationId) ?? true) &&
  (exception.kind ?? it.kind) === it.kind &&
  it.detail.includes(exception.detail);
