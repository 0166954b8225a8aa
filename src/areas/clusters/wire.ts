import Type, { type TSchema } from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import type { Cluster, ClusterSpec, Hardware, RegionConfig } from './model.ts';

const closed = { additionalProperties: false };
const opt = <T extends TSchema>(it: T) => Type.Optional(it);
const anything = opt(Type.Unknown());
const pairs = Type.Array(
  Type.Object(
    { key: Type.String({ minLength: 1, maxLength: 255 }), value: Type.String({ minLength: 1, maxLength: 255 }) },
    closed,
  ),
  { maxItems: 50 },
);
const word = Type.String({ pattern: '^[A-Z0-9_]{1,64}$' });

const HardwareWire = Type.Object(
  {
    instanceSize: opt(word),
    nodeCount: opt(Type.Integer({ minimum: 0, maximum: 50 })),
    diskSizeGB: opt(Type.Number({ minimum: 1, maximum: 65_536 })),
    // Properties of a cloud's disks, which a host's own do not have.
    diskIOPS: anything,
    diskThroughput: anything,
    ebsVolumeType: anything,
  },
  closed,
);

const RegionConfigWire = Type.Object(
  {
    providerName: Type.Enum(['AWS', 'AZURE', 'GCP', 'TENANT']),
    backingProviderName: opt(word),
    regionName: word,
    priority: opt(Type.Integer({ minimum: 1, maximum: 7, default: 7 })),
    electableSpecs: opt(HardwareWire),
    readOnlySpecs: opt(HardwareWire),
    analyticsSpecs: opt(HardwareWire),
    autoScaling: anything,
    analyticsAutoScaling: anything,
    effectiveElectableSpecs: anything,
    effectiveReadOnlySpecs: anything,
    effectiveAnalyticsSpecs: anything,
  },
  closed,
);

export const ReplicationSpecWire = Type.Object(
  {
    id: anything,
    zoneId: anything,
    zoneName: opt(Type.String({ minLength: 1, maxLength: 128 })),
    regionConfigs: Type.Array(RegionConfigWire, { minItems: 1, maxItems: 7 }),
  },
  closed,
);

/** Attributes a caller may set, and those it may send back though they are the server's to say. */
export const attributes = {
  acceptDataRisksAndForceReplicaSetReconfig: anything,
  adaptiveCapacity: anything,
  advancedConfiguration: anything,
  backupEnabled: opt(Type.Boolean()),
  biConnector: opt(Type.Object({ enabled: opt(Type.Boolean()), readPreference: opt(Type.Unknown()) }, closed)),
  clusterType: opt(Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED'])),
  configServerManagementMode: anything,
  configServerType: anything,
  connectionStrings: anything,
  createDate: anything,
  diskWarmingMode: anything,
  effectiveDatabaseEdition: anything,
  effectiveReplicationSpecs: anything,
  encryptionAtRestProvider: opt(Type.Enum(['NONE', 'AWS', 'AZURE', 'GCP'])),
  featureCompatibilityVersion: anything,
  featureCompatibilityVersionExpirationDate: anything,
  globalClusterSelfManagedSharding: anything,
  groupId: anything,
  id: anything,
  internalClusterRole: anything,
  labels: opt(pairs),
  links: anything,
  mongoDBEmployeeAccessGrant: anything,
  mongoDBMajorVersion: opt(Type.String({ pattern: '^\\d+\\.\\d+$' })),
  mongoDBVersion: anything,
  name: opt(Type.String()),
  paused: opt(Type.Boolean()),
  pitEnabled: opt(Type.Boolean()),
  redactClientLogData: opt(Type.Boolean()),
  replicaSetScalingStrategy: anything,
  replicationSpecs: opt(Type.Array(ReplicationSpecWire)),
  retainBackups: anything,
  rootCertType: anything,
  stateName: anything,
  tags: opt(pairs),
  terminationProtectionEnabled: opt(Type.Boolean()),
  useAwsTimeBasedSnapshotCopyForFastInitialSync: anything,
  versionReleaseSystem: opt(Type.Enum(['LTS', 'CONTINUOUS'])),
};

export const CreateCluster = Type.Object(
  {
    ...attributes,
    name: Type.String(),
    clusterType: Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED']),
    replicationSpecs: Type.Array(ReplicationSpecWire),
  },
  closed,
);
export const UpdateCluster = Type.Object(attributes, closed);

interface HardwareWire {
  instanceSize?: string;
  nodeCount?: number;
  diskSizeGB?: number;
}
interface RegionWire extends Omit<RegionConfig, 'electableSpecs'> {
  electableSpecs?: HardwareWire;
  readOnlySpecs?: HardwareWire;
  analyticsSpecs?: HardwareWire;
}
export interface ClusterWire
  extends Partial<Pick<ClusterSpec, 'mongoDBMajorVersion' | 'terminationProtectionEnabled'>> {
  name?: string;
  clusterType?: string;
  replicationSpecs?: { zoneName?: string; regionConfigs: RegionWire[] }[];
  tags?: ClusterSpec['tags'];
  labels?: ClusterSpec['labels'];
}

/** What a request wants, as far as this server can do it, and in `refused` the first thing that it cannot. */
export interface WantedCluster extends Partial<ClusterSpec> {
  name?: string;
  refused?: string;
}

/** The values that a server of replica sets on its own host can honour; anything else would be a lie. */
const honoured: Record<string, readonly [allowed: unknown, because: string]> = {
  clusterType: ['REPLICASET', 'this server runs replica sets'],
  backupEnabled: [false, 'this server takes no snapshots'],
  pitEnabled: [false, 'this server keeps no oplog archive'],
  paused: [false, 'this server does not pause clusters'],
  redactClientLogData: [false, 'redaction needs the enterprise build of mongod'],
  encryptionAtRestProvider: ['NONE', 'this server has no key management provider'],
  versionReleaseSystem: ['LTS', 'this server runs the version it has'],
};

function firstRefused(wire: ClusterWire): string | undefined {
  for (const [name, [allowed, because]] of Object.entries(honoured)) {
    const value = (wire as Record<string, unknown>)[name];
    if (value !== undefined && value !== allowed) return `${name} ${value} is not available: ${because}`;
  }
  if ((wire as { biConnector?: { enabled?: boolean } }).biConnector?.enabled)
    return 'biConnector.enabled true is not available: this server has no BI Connector';
  const specs = wire.replicationSpecs;
  if (specs && specs.length !== 1) return `replicationSpecs must hold one entry for a replica set, not ${specs.length}`;
  for (const region of specs?.[0]?.regionConfigs ?? []) {
    for (const kind of ['readOnlySpecs', 'analyticsSpecs'] as const)
      if (region[kind]?.nodeCount)
        return `replicationSpecs[0].regionConfigs.${kind}.nodeCount ${region[kind].nodeCount} is not available: every node of this server is electable`;
  }
  return undefined;
}

const readHardware = (it: HardwareWire = {}): Hardware => ({
  instanceSize: it.instanceSize ?? 'M10',
  nodeCount: it.nodeCount ?? 3,
  diskSizeGB: it.diskSizeGB ?? 10,
});

const readRegion = ({ providerName, regionName, backingProviderName, priority, electableSpecs }: RegionWire) => ({
  providerName,
  regionName,
  ...(backingProviderName ? { backingProviderName } : {}),
  priority,
  electableSpecs: readHardware(electableSpecs),
});

export function readCluster(wire: ClusterWire): WantedCluster {
  const { name, replicationSpecs, mongoDBMajorVersion, terminationProtectionEnabled, tags, labels } = wire;
  const first = replicationSpecs?.[0];
  const given = { name, mongoDBMajorVersion, terminationProtectionEnabled, tags, labels };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(first ? { zoneName: first.zoneName ?? 'Zone 1', regionConfigs: first.regionConfigs.map(readRegion) } : {}),
    refused: firstRefused(wire),
  };
}

export const ClusterReply = Type.Object({
  id: Type.String(),
  groupId: Type.String(),
  name: Type.String(),
  clusterType: Type.String(),
  stateName: Type.String(),
  connectionStrings: Type.Unknown(),
  replicationSpecs: Type.Array(Type.Unknown()),
});

/** A cluster with what the room of employee access says of it, and where it can be reached. */
export interface SeenCluster {
  cluster: Cluster;
  grant?: { grantType: string; expirationTime: Date };
  standard?: string;
}

const specsOf = ({ spec, replicationSpecId, zoneId }: Cluster, effective: boolean) => [
  {
    id: replicationSpecId,
    zoneId,
    zoneName: spec.zoneName,
    regionConfigs: spec.regionConfigs.map(({ electableSpecs, ...region }) => {
      const none = { ...electableSpecs, nodeCount: 0 };
      const shown = { electableSpecs, readOnlySpecs: none, analyticsSpecs: none };
      return {
        ...region,
        ...shown,
        autoScaling: { compute: { enabled: false, scaleDownEnabled: false }, diskGB: { enabled: false } },
        ...(effective
          ? { effectiveElectableSpecs: electableSpecs, effectiveReadOnlySpecs: none, effectiveAnalyticsSpecs: none }
          : {}),
      };
    }),
  },
];

const majorOf = (version: string | undefined) => version?.split('.').slice(0, 2).join('.');

export function writeCluster({ cluster, grant, standard }: SeenCluster, links: Links) {
  const { spec, status } = cluster;
  const path = `/groups/${cluster.groupId}/clusters/${cluster.name}`;
  const backups = ['restoreJobs', 'snapshots'].map((it) => links.rel(`${path}/backup/${it}`, it));
  return {
    adaptiveCapacity: null,
    advancedConfiguration: {
      customOpensslCipherConfigTls12: [],
      customOpensslCipherConfigTls13: [],
      minimumEnabledTlsProtocol: 'TLS1_2',
      tlsCipherConfigMode: 'DEFAULT',
    },
    backupEnabled: false,
    biConnector: { enabled: false, readPreference: 'secondary' },
    clusterType: 'REPLICASET',
    connectionStrings: standard ? { standard } : {},
    createDate: wireInstant(cluster.created),
    diskWarmingMode: 'FULLY_WARMED',
    effectiveReplicationSpecs: specsOf(cluster, false),
    encryptionAtRestProvider: 'NONE',
    featureCompatibilityVersion: majorOf(status.mongoDBVersion),
    globalClusterSelfManagedSharding: false,
    groupId: cluster.groupId,
    id: cluster._id,
    internalClusterRole: 'NONE',
    labels: spec.labels,
    links: [links.self(path), ...backups],
    mongoDBEmployeeAccessGrant: grant && {
      grantType: grant.grantType,
      expirationTime: wireInstant(grant.expirationTime),
    },
    mongoDBMajorVersion: majorOf(status.mongoDBVersion),
    mongoDBVersion: status.mongoDBVersion,
    name: cluster.name,
    paused: false,
    pitEnabled: false,
    redactClientLogData: false,
    replicationSpecs: specsOf(cluster, true),
    retainBackups: false,
    rootCertType: 'ISRGROOTX1',
    stateName: status.state,
    tags: spec.tags,
    terminationProtectionEnabled: spec.terminationProtectionEnabled,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: false,
    versionReleaseSystem: 'LTS',
  };
}
