import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, orNull, sometimes } from '../../kernel/wire.ts';
import { type Cluster, type Hardware, isTenant, type RegionConfig } from './model.ts';
import { advancedConfigurationOf } from './process-args.ts';

const [Text, Flag, Count] = [Type.String(), Type.Boolean(), Type.Number()];
const Pairs = Type.Array(Type.Object({ key: Text, value: Text }));
const HardwareReply = Type.Object({
  instanceSize: Text,
  ...sometimes(Text, 'effectiveInstanceSize', 'ebsVolumeType'),
  ...sometimes(Count, 'nodeCount', 'diskSizeGB', 'diskIOPS', 'diskThroughput'),
});
const Scaling = Type.Object({
  compute: Type.Object({
    ...sometimes(Flag, 'enabled', 'scaleDownEnabled', 'predictiveEnabled'),
    ...sometimes(Text, 'minInstanceSize', 'maxInstanceSize'),
  }),
  diskGB: Type.Object({ enabled: Flag }),
});
const RegionReply = Type.Object({
  providerName: Text,
  regionName: Text,
  priority: Count,
  backingProviderName: Type.Optional(Text),
  ...sometimes(HardwareReply, 'electableSpecs', 'readOnlySpecs', 'analyticsSpecs'),
  ...sometimes(HardwareReply, 'effectiveElectableSpecs', 'effectiveReadOnlySpecs', 'effectiveAnalyticsSpecs'),
  ...sometimes(Scaling, 'autoScaling', 'analyticsAutoScaling'),
});
const spec = { id: Text, zoneId: Text, zoneName: Text, regionConfigs: Type.Array(RegionReply) };
export const ConnectionStrings = Type.Object(sometimes(Text, 'standard', 'standardSrv'));
const Tls = Type.Object({
  customOpensslCipherConfigTls12: Type.Array(Text),
  customOpensslCipherConfigTls13: Type.Array(Text),
  minimumEnabledTlsProtocol: Text,
  tlsCipherConfigMode: Text,
});

/** What every version shows alike; see writeCommon. */
export const commonReply = {
  id: Text,
  groupId: Text,
  name: Text,
  clusterType: Text,
  stateName: Text,
  connectionStrings: ConnectionStrings,
  createDate: Text,
  links: linksReply,
  advancedConfiguration: Type.Optional(Tls),
  biConnector: Type.Object({ enabled: Flag, readPreference: Type.Optional(Text) }),
  mongoDBEmployeeAccessGrant: Type.Optional(Type.Object({ grantType: Text, expirationTime: Text })),
  ...sometimes(Pairs, 'labels', 'tags'),
  ...sometimes(Flag, 'backupEnabled', 'globalClusterSelfManagedSharding', 'paused', 'pitEnabled'),
  ...sometimes(Flag, 'terminationProtectionEnabled'),
  ...sometimes(
    Text,
    'configServerManagementMode',
    'diskWarmingMode',
    'encryptionAtRestProvider',
    'mongoDBMajorVersion',
  ),
  ...sometimes(Text, 'featureCompatibilityVersionExpirationDate', 'mongoDBVersion', 'replicaSetScalingStrategy'),
  ...sometimes(Text, 'rootCertType', 'versionReleaseSystem'),
};

export const ClusterReply20230201 = Type.Object({
  ...commonReply,
  diskSizeGB: Type.Optional(Count),
  replicationSpecs: Type.Array(Type.Object({ ...spec, numShards: Count })),
});

export const ClusterReply = Type.Object({
  ...commonReply,
  adaptiveCapacity: orNull(Text),
  effectiveReplicationSpecs: Type.Array(Type.Object(spec)),
  replicationSpecs: Type.Array(Type.Object(spec)),
  ...sometimes(Text, 'effectiveDatabaseEdition', 'featureCompatibilityVersion', 'internalClusterRole'),
  ...sometimes(Flag, 'redactClientLogData', 'retainBackups', 'useAwsTimeBasedSnapshotCopyForFastInitialSync'),
});

/** A cluster with what the room of employee access says of it, and where it can be reached. */
export interface SeenCluster {
  cluster: Cluster;
  grant?: { grantType: string; expirationTime: Date };
  connectionStrings: { standard?: string; standardSrv?: string };
  /** The answer to its creation: without tags it shows none, as Atlas's; later answers show that there are none. */
  isNew?: true;
}

/** What the disks of a provider are unless somebody asks for more; those of GCP are not told apart. */
const DISKS: Record<string, { diskIOPS: number; ebsVolumeType?: string; diskThroughput?: number }> = {
  AWS: { diskIOPS: 3_000, ebsVolumeType: 'STANDARD' },
  AZURE: { diskIOPS: 3_500, diskThroughput: 125 },
};

export const writeHardware = (providerName: string, it: Hardware) => ({
  ...DISKS[providerName],
  ...it,
});

export function writeRegion(region: RegionConfig, effective: boolean) {
  const { providerName, regionName, priority, backingProviderName, electableSpecs } = region;
  const common = { providerName, regionName, priority };
  if (providerName === 'TENANT') {
    const { instanceSize, diskSizeGB } = electableSpecs;
    const effectiveInstanceSize = instanceSize === 'M0' ? 'M0' : 'FLEX';
    return { ...common, backingProviderName, electableSpecs: { instanceSize, effectiveInstanceSize, diskSizeGB } };
  }
  const electable = writeHardware(providerName, electableSpecs);
  const readOnly = writeHardware(providerName, region.readOnlySpecs);
  const analytics = writeHardware(providerName, region.analyticsSpecs);
  return {
    ...common,
    ...{ electableSpecs: electable, readOnlySpecs: readOnly, analyticsSpecs: analytics },
    autoScaling: region.autoScaling,
    analyticsAutoScaling: region.analyticsAutoScaling,
    ...(effective
      ? { effectiveElectableSpecs: electable, effectiveReadOnlySpecs: readOnly, effectiveAnalyticsSpecs: analytics }
      : {}),
  };
}

const specsOf = ({ spec, replicationSpecId, zoneId }: Cluster, effective: boolean) => [
  {
    id: replicationSpecId,
    zoneId,
    zoneName: spec.zoneName,
    regionConfigs: spec.regionConfigs.map((it) => writeRegion(it, effective)),
  },
];

export const majorOf = (version: string | undefined) => version?.split('.').slice(0, 2).join('.');

/** What every version shows alike. */
export function writeCommon({ cluster, grant, connectionStrings, isNew }: SeenCluster, links: Links) {
  const { spec, status } = cluster;
  const { settings } = spec;
  const path = `/groups/${cluster.groupId}/clusters/${cluster.name}`;
  const backups = ['restoreJobs', 'snapshots'].map((it) => links.rel(`${path}/backup/${it}`, it));
  return {
    advancedConfiguration: isTenant(cluster) ? undefined : advancedConfigurationOf(spec.processArgs),
    backupEnabled: false,
    biConnector: { enabled: false, readPreference: settings.biConnectorReadPreference },
    clusterType: 'REPLICASET',
    configServerManagementMode: settings.configServerManagementMode,
    connectionStrings,
    createDate: wireInstant(cluster.created),
    diskWarmingMode: settings.diskWarmingMode,
    encryptionAtRestProvider: 'NONE',
    featureCompatibilityVersionExpirationDate: spec.pinned?.until && wireInstant(spec.pinned.until),
    globalClusterSelfManagedSharding: settings.globalClusterSelfManagedSharding,
    groupId: cluster.groupId,
    id: cluster._id,
    labels: spec.labels,
    links: [links.self(path), ...backups],
    mongoDBEmployeeAccessGrant: grant && {
      grantType: grant.grantType,
      expirationTime: wireInstant(grant.expirationTime),
    },
    mongoDBMajorVersion: spec.mongoDBMajorVersion ?? majorOf(status.mongoDBVersion),
    mongoDBVersion: status.mongoDBVersion,
    name: cluster.name,
    paused: spec.paused,
    pitEnabled: false,
    replicaSetScalingStrategy: settings.replicaSetScalingStrategy,
    rootCertType: settings.rootCertType,
    stateName: status.state,
    tags: spec.tags ?? (isNew ? undefined : []),
    terminationProtectionEnabled: spec.terminationProtectionEnabled,
    versionReleaseSystem: settings.versionReleaseSystem,
  };
}

export function writeCluster(seen: SeenCluster, links: Links) {
  const { cluster } = seen;
  return {
    ...writeCommon(seen, links),
    adaptiveCapacity: cluster.spec.settings.adaptiveCapacity ?? null,
    effectiveDatabaseEdition: 'CORE',
    effectiveReplicationSpecs: specsOf(cluster, false),
    featureCompatibilityVersion: cluster.status.featureCompatibilityVersion ?? majorOf(cluster.status.mongoDBVersion),
    internalClusterRole: 'NONE',
    redactClientLogData: false,
    replicationSpecs: specsOf(cluster, true),
    retainBackups: false,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: cluster.spec.settings.useAwsTimeBasedSnapshotCopyForFastInitialSync,
  };
}
