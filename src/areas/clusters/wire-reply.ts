import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { type Cluster, type Hardware, isTenant, type RegionConfig } from './model.ts';
import { advancedConfigurationOf } from './process-args.ts';

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
