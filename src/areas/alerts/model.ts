import { newId } from '../../base/ids.ts';
import type { GroupRole } from '../../contract/roles.ts';

export interface SealedSecret {
  sealed: string;
  shown: string;
}

/** Whom to tell, and how: by Atlas's `typeName`. */
export interface Notification {
  notifierId: string;
  typeName: string;
  settings: Record<string, unknown>;
  secrets: Record<string, SealedSecret>;
}

export interface Matcher {
  fieldName: string;
  operator: string;
  value: string;
}

export interface Threshold {
  operator?: 'LESS_THAN' | 'GREATER_THAN';
  threshold: number;
  units?: string;
}

/** When to tell somebody of what. */
export interface AlertConfig {
  _id: string;
  groupId: string;
  eventTypeName: string;
  enabled: boolean;
  matchers: Matcher[];
  notifications: Notification[];
  threshold?: Threshold;
  metricThreshold?: Threshold & { metricName: string; mode?: string };
  severityOverride?: string;
  created: Date;
  updated: Date;
}

export const matcherFields = [
  'APPLICATION_ID',
  'ATLAS_NODE_TYPE',
  'CLUSTER_NAME',
  'HOSTNAME',
  'HOSTNAME_AND_PORT',
  'INSTANCE_NAME',
  'PORT',
  'PROCESSOR_NAME',
  'REPLICA_SET_NAME',
  'RULE_ID',
  'SHARD_NAME',
  'SOFTWARE_TYPE',
  'TYPE_NAME',
] as const;

const metric = (metricName: string, threshold: number) => ({
  eventTypeName: 'OUTSIDE_METRIC_THRESHOLD',
  metricThreshold: { metricName, mode: 'AVERAGE', operator: 'GREATER_THAN' as const, threshold, units: 'RAW' },
});

/** What every project begins with, unless it was made without; source: Atlas's page of default alerts. */
const defaults: readonly Pick<AlertConfig, 'eventTypeName' | 'threshold' | 'metricThreshold'>[] = [
  metric('NORMALIZED_SYSTEM_CPU_USER', 95),
  metric('CONNECTIONS_PERCENT', 80),
  metric('DISK_PARTITION_SPACE_USED_DATA', 90),
  metric('QUERY_TARGETING_SCANNED_OBJECTS_PER_RETURNED', 1_000),
  {
    eventTypeName: 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT',
    threshold: { operator: 'LESS_THAN', threshold: 1, units: 'HOURS' },
  },
  { eventTypeName: 'NO_PRIMARY' },
  { eventTypeName: 'CLUSTER_MONGOS_IS_MISSING' },
  { eventTypeName: 'JOINED_GROUP' },
];

const OWNERS: GroupRole[] = ['GROUP_OWNER'];

export const defaultConfigs = (groupId: string, now: Date): AlertConfig[] =>
  defaults.map((it) => ({
    _id: newId(),
    groupId,
    ...it,
    enabled: true,
    matchers: [],
    notifications: [
      {
        notifierId: newId(),
        typeName: 'GROUP',
        settings: { delayMin: 0, emailEnabled: true, intervalMin: 15, roles: OWNERS, smsEnabled: false },
        secrets: {},
      },
    ],
    created: now,
    updated: now,
  }));
