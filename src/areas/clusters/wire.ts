import Type, { type TSchema } from 'typebox';
import type { ClusterChange, WantedRegion } from './change.ts';
import type { ProcessArgs } from './process-args.ts';

const closed = { additionalProperties: false };
const opt = <T extends TSchema>(it: T) => Type.Optional(it);
/** What a caller may send back though it is the server's to say. */
export const anything = opt(Type.Unknown());
export const pairs = Type.Array(
  Type.Object(
    { key: Type.String({ minLength: 1, maxLength: 255 }), value: Type.String({ minLength: 1, maxLength: 255 }) },
    closed,
  ),
  { maxItems: 50 },
);
const word = Type.String({ pattern: '^[A-Z0-9_]{1,64}$' });

export const HardwareWire = Type.Object(
  {
    instanceSize: opt(word),
    effectiveInstanceSize: anything,
    nodeCount: opt(Type.Integer({ minimum: 0, maximum: 50 })),
    diskSizeGB: opt(Type.Number({ minimum: 0.5, maximum: 65_536 })),
    diskIOPS: opt(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    diskThroughput: anything,
    ebsVolumeType: opt(Type.Enum(['STANDARD', 'PROVISIONED', 'HIGH_PERFORMANCE'])),
  },
  closed,
);

const ScalingWire = Type.Object(
  {
    compute: opt(
      Type.Object(
        {
          enabled: opt(Type.Boolean()),
          scaleDownEnabled: opt(Type.Boolean()),
          minInstanceSize: opt(word),
          maxInstanceSize: opt(word),
          predictiveEnabled: opt(Type.Boolean()),
        },
        closed,
      ),
    ),
    diskGB: opt(Type.Object({ enabled: opt(Type.Boolean()) }, closed)),
  },
  closed,
);

export const RegionConfigWire = Type.Object(
  {
    providerName: Type.Enum(['AWS', 'AZURE', 'GCP', 'TENANT']),
    backingProviderName: opt(Type.Enum(['AWS', 'AZURE', 'GCP'])),
    regionName: word,
    priority: opt(Type.Integer({ minimum: 0, maximum: 7 })),
    electableSpecs: opt(HardwareWire),
    readOnlySpecs: opt(HardwareWire),
    analyticsSpecs: opt(HardwareWire),
    autoScaling: opt(ScalingWire),
    analyticsAutoScaling: opt(ScalingWire),
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
    regionConfigs: Type.Array(RegionConfigWire, { minItems: 1, maxItems: 20 }),
  },
  closed,
);

export const tlsArgs = {
  customOpensslCipherConfigTls12: opt(
    Type.Array(Type.Enum(['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'])),
  ),
  customOpensslCipherConfigTls13: opt(
    Type.Array(
      Type.Enum([
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_128_CCM_SHA256',
      ]),
      { maxItems: 4 },
    ),
  ),
  minimumEnabledTlsProtocol: opt(Type.Enum(['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3'])),
  tlsCipherConfigMode: opt(Type.Enum(['CUSTOM', 'DEFAULT'])),
};

/** Attributes of every version that a caller may set, and those it may send back though they are the server's to say. */
export const attributes = {
  acceptDataRisksAndForceReplicaSetReconfig: anything,
  advancedConfiguration: opt(Type.Object(tlsArgs, closed)),
  backupEnabled: opt(Type.Boolean()),
  biConnector: opt(Type.Object({ enabled: opt(Type.Boolean()), readPreference: opt(Type.String()) }, closed)),
  clusterType: opt(Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED'])),
  configServerManagementMode: opt(Type.Enum(['ATLAS_MANAGED', 'FIXED_TO_DEDICATED'])),
  configServerType: anything,
  connectionStrings: anything,
  createDate: anything,
  diskWarmingMode: opt(Type.Enum(['FULLY_WARMED', 'VISIBLE_EARLIER', 'ENHANCED_FULLY_WARMED'])),
  encryptionAtRestProvider: opt(Type.Enum(['NONE', 'AWS', 'AZURE', 'GCP'])),
  featureCompatibilityVersion: anything,
  featureCompatibilityVersionExpirationDate: anything,
  globalClusterSelfManagedSharding: opt(Type.Boolean()),
  groupId: anything,
  id: anything,
  labels: opt(pairs),
  links: anything,
  mongoDBEmployeeAccessGrant: anything,
  mongoDBMajorVersion: opt(Type.String({ pattern: '^\\d+\\.\\d+$' })),
  mongoDBVersion: anything,
  name: opt(Type.String()),
  paused: opt(Type.Boolean()),
  pitEnabled: opt(Type.Boolean()),
  replicaSetScalingStrategy: opt(Type.Enum(['SEQUENTIAL', 'WORKLOAD_TYPE', 'NODE_TYPE'])),
  rootCertType: opt(Type.Enum(['ISRGROOTX1'])),
  stateName: anything,
  tags: opt(pairs),
  terminationProtectionEnabled: opt(Type.Boolean()),
  versionReleaseSystem: opt(Type.Enum(['LTS', 'CONTINUOUS'])),
};

/** Attributes that came with 2024-08-05. */
const newer = {
  ...attributes,
  adaptiveCapacity: opt(Type.Union([Type.Null(), Type.Enum(['ENABLED', 'DISABLED'])])),
  effectiveDatabaseEdition: anything,
  effectiveReplicationSpecs: anything,
  internalClusterRole: anything,
  redactClientLogData: opt(Type.Boolean()),
  retainBackups: anything,
  replicationSpecs: opt(Type.Array(ReplicationSpecWire)),
  useAwsTimeBasedSnapshotCopyForFastInitialSync: opt(Type.Boolean()),
};

export const CreateCluster = Type.Object(
  {
    ...newer,
    name: Type.String(),
    clusterType: Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED']),
    replicationSpecs: Type.Array(ReplicationSpecWire),
  },
  closed,
);
export const UpdateCluster = Type.Object(newer, closed);

/** The attributes that every version spells alike. */
export interface CommonWire extends Omit<ClusterChange, 'zoneName' | 'regions' | 'settings' | 'processArgs'> {
  name?: string;
  clusterType?: string;
  advancedConfiguration?: ProcessArgs;
  biConnector?: { enabled?: boolean; readPreference?: string };
  configServerManagementMode?: string;
  diskWarmingMode?: string;
  globalClusterSelfManagedSharding?: boolean;
  replicaSetScalingStrategy?: string;
  rootCertType?: string;
  adaptiveCapacity?: string | null;
  useAwsTimeBasedSnapshotCopyForFastInitialSync?: boolean;
  versionReleaseSystem?: 'LTS' | 'CONTINUOUS';
}

export interface ClusterWire extends CommonWire {
  replicationSpecs?: { zoneName?: string; regionConfigs: WantedRegion[] }[];
}

/** What a request wants, as far as this server can do it, and in `refused` the first thing that it cannot. */
export interface WantedCluster {
  name?: string;
  change: ClusterChange;
  refused?: string;
}

/** The values that a server of replica sets on its own host can honour; anything else would be a lie. */
export const honoured: Record<string, readonly [allowed: unknown, because: string]> = {
  clusterType: ['REPLICASET', 'this server runs replica sets, since a sharded cluster needs a mongos binary'],
  backupEnabled: [false, 'this server takes no snapshots'],
  providerBackupEnabled: [false, 'this server takes no snapshots'],
  pitEnabled: [false, 'this server keeps no oplog archive'],
  redactClientLogData: [false, 'redaction needs the enterprise build of mongod'],
  encryptionAtRestProvider: ['NONE', 'this server has no key management provider'],
};

export function readCommon(wire: CommonWire): WantedCluster {
  const { name, mongoDBMajorVersion, paused, terminationProtectionEnabled, tags, labels } = wire;
  const { diskWarmingMode, globalClusterSelfManagedSharding, replicaSetScalingStrategy, rootCertType } = wire;
  const { configServerManagementMode, useAwsTimeBasedSnapshotCopyForFastInitialSync, versionReleaseSystem } = wire;
  return {
    name,
    change: {
      ...{ mongoDBMajorVersion, paused, terminationProtectionEnabled, tags, labels },
      settings: {
        ...{ diskWarmingMode, globalClusterSelfManagedSharding, replicaSetScalingStrategy, rootCertType },
        ...{ configServerManagementMode, useAwsTimeBasedSnapshotCopyForFastInitialSync, versionReleaseSystem },
        adaptiveCapacity: wire.adaptiveCapacity ?? undefined,
        biConnectorReadPreference: wire.biConnector?.readPreference,
      },
      processArgs: wire.advancedConfiguration,
    },
    refused: firstRefused(wire),
  };
}

function firstRefused(wire: CommonWire): string | undefined {
  for (const [name, [allowed, because]] of Object.entries(honoured)) {
    const value = (wire as Record<string, unknown>)[name];
    if (value !== undefined && value !== allowed) return `${name} ${value} is not available: ${because}`;
  }
  if (wire.biConnector?.enabled) return 'biConnector.enabled true is not available: this server has no BI Connector';
  return undefined;
}

export function readCluster(wire: ClusterWire): WantedCluster {
  const { change, ...common } = readCommon(wire);
  const specs = wire.replicationSpecs;
  if (!specs) return { ...common, change };
  const several =
    specs.length === 1 ? undefined : `replicationSpecs must hold one entry for a replica set, not ${specs.length}`;
  const { zoneName = 'Zone 1', regionConfigs = [] } = specs[0] ?? {};
  return { ...common, change: { ...change, zoneName, regions: regionConfigs }, refused: common.refused ?? several };
}
