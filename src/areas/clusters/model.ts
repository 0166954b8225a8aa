import type { ProcessArgs } from './process-args.ts';

/** Size and number of one kind of node. */
export interface Hardware {
  instanceSize: string;
  nodeCount: number;
  diskSizeGB: number;
  /** Kept and shown; disks of this host are what they are. */
  diskIOPS?: number;
  ebsVolumeType?: string;
}

/** Kept and shown as it was wanted: nothing on this host scales by itself. */
export interface AutoScaling {
  compute: { enabled: boolean; scaleDownEnabled: boolean; minInstanceSize?: string; maxInstanceSize?: string };
  diskGB: { enabled: boolean };
}

export interface RegionConfig {
  providerName: string;
  regionName: string;
  backingProviderName?: string;
  /** 7 to 0; the region with the highest one holds the preferred primary. */
  priority: number;
  electableSpecs: Hardware;
  readOnlySpecs: Hardware;
  analyticsSpecs: Hardware;
  autoScaling: AutoScaling;
  analyticsAutoScaling?: AutoScaling;
}

/** Attributes that clients set and read back, and on which nothing of this host depends. */
export interface Settings {
  adaptiveCapacity?: string;
  biConnectorReadPreference: string;
  configServerManagementMode?: string;
  diskWarmingMode: string;
  globalClusterSelfManagedSharding: boolean;
  replicaSetScalingStrategy?: string;
  rootCertType: string;
  useAwsTimeBasedSnapshotCopyForFastInitialSync: boolean;
  /** CONTINUOUS wants the newest version that there is, which on this server is the one that there is. */
  versionReleaseSystem: 'LTS' | 'CONTINUOUS';
}

export interface Pair {
  key: string;
  value: string;
}

/** What was asked for. */
export interface ClusterSpec {
  zoneName: string;
  regionConfigs: RegionConfig[];
  mongoDBMajorVersion?: string;
  paused: boolean;
  terminationProtectionEnabled: boolean;
  /** Absent until somebody sets them. */
  tags?: Pair[];
  labels: Pair[];
  settings: Settings;
  processArgs: ProcessArgs;
  /** The feature compatibility version that is held, and until when. */
  pinned?: { version: string; until?: Date };
  /** How many failovers have been asked for. */
  failovers: number;
}

export const defaultSettings: Settings = {
  biConnectorReadPreference: 'secondary',
  diskWarmingMode: 'FULLY_WARMED',
  globalClusterSelfManagedSharding: false,
  rootCertType: 'ISRGROOTX1',
  useAwsTimeBasedSnapshotCopyForFastInitialSync: false,
  versionReleaseSystem: 'LTS',
};

export type NodeKind = 'ELECTABLE' | 'READ_ONLY' | 'ANALYTICS';

/** A place in the replica set. */
export interface Slot {
  kind: NodeKind;
  providerName: string;
  regionName: string;
  instanceSize: string;
  /** Of its election; see replSetGetConfig. */
  priority: number;
  votes: 0 | 1;
}

export interface Member extends Slot {
  name: string;
  port: number;
  /** Where others reach it; absent for the loopback address. */
  host?: string;
  /** It speaks TLS alone; this file holds the authority to trust. */
  caFile?: string;
  /** No longer wanted: taken out of the replica set first, then stopped and removed. */
  leaving?: true;
}

export type ClusterState = 'CREATING' | 'IDLE' | 'UPDATING' | 'REPAIRING' | 'DELETING';

/** FLEX clusters have an API of their own; both are one member or more of the same kind of process. */
export type ClusterKind = 'CLUSTER' | 'FLEX';

export interface Cluster {
  _id: string;
  groupId: string;
  orgId: string;
  /** Unique within its project. */
  name: string;
  kind: ClusterKind;
  created: Date;
  replicationSpecId: string;
  /** The versions before 2024-08-05 know the replication spec by another id. */
  legacySpecId: string;
  zoneId: string;
  spec: ClusterSpec;
  /** Counts the changes of `spec` that what runs must follow. */
  revision: number;
  /** Names of members that somebody wants restarted; each is taken out once it was. */
  restarts?: string[];
  /** Set by the deletion; the controller stops and removes everything, then the document. */
  deleting?: true;
  /** What is; written by the controller alone, but for the state, which a change turns at once. */
  status: {
    state: ClusterState;
    members: Member[];
    /** The revision of `spec` that what runs has reached. */
    revision: number;
    /** The set has been formed once: members without data are no longer new. */
    formed?: true;
    failovers: number;
    /** Process arguments have been applied once: they must be taken back, too. */
    tuned?: boolean;
    /** The installation whose host the members are on; absent until they have been placed. */
    home?: string;
    /** The zone of the name service under which its members can be reached. */
    zone?: string;
    mongoDBVersion?: string;
    featureCompatibilityVersion?: string;
    message?: string;
  };
  /** A replica set that others run; its URI has the credentials of its registration. */
  external?: {
    sealedUri: string;
    /** Those that the URI names; see `hostsOfUri`. */
    hosts: string[];
    /** The set's own id, once it has answered: one set is one cluster. */
    setId?: string;
  };
  /** Sealed: the secret that the members share, and the password of the control plane's own administrator. */
  sealed: { keyFile: string; adminPassword: string };
  /** Raised by everything that relies on the cluster, so that it and the deletion exclude each other. */
  held: number;
}

export const ADMIN = 'telamon';

export const replSetOf = (cluster: Pick<Cluster, '_id'>): string => `telamon-${cluster._id.slice(-8)}`;

/** As Atlas allows, at most 64 signs; source: the published interface. */
export const isClusterName = (name: string): boolean => /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/.test(name);

export const isTenant = ({ spec }: Pick<Cluster, 'spec'>): boolean =>
  spec.regionConfigs.some((it) => it.providerName === 'TENANT' || it.providerName === 'FLEX');

/** What would change at the processes; the rest of a change needs nobody's work. */
const work = ({ regionConfigs, mongoDBMajorVersion, paused, processArgs, pinned, failovers }: ClusterSpec) => ({
  ...{ paused, mongoDBMajorVersion, processArgs, pinned, failovers },
  regions: regionConfigs.map(({ autoScaling: _auto, analyticsAutoScaling: _analytics, ...it }) => it),
});

export const needsWork = (before: ClusterSpec, after: ClusterSpec): boolean =>
  JSON.stringify(work(before)) !== JSON.stringify(work(after));
