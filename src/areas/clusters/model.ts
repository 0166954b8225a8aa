/** Size of one kind of node. The instance size is kept and shown; it does not limit the processes on this host. */
export interface Hardware {
  instanceSize: string;
  nodeCount: number;
  diskSizeGB: number;
}

export interface RegionConfig {
  providerName: string;
  regionName: string;
  backingProviderName?: string;
  /** 7 to 1; the region with the highest one holds the preferred primary. */
  priority: number;
  electableSpecs: Hardware;
}

/** What was asked for. */
export interface ClusterSpec {
  zoneName: string;
  regionConfigs: RegionConfig[];
  mongoDBMajorVersion?: string;
  terminationProtectionEnabled: boolean;
  tags: { key: string; value: string }[];
  labels: { key: string; value: string }[];
}

export interface Member {
  name: string;
  port: number;
  /** Of its election; see replSetGetConfig. */
  priority: number;
}

export type ClusterState = 'CREATING' | 'IDLE' | 'UPDATING' | 'REPAIRING' | 'DELETING';

export interface Cluster {
  _id: string;
  groupId: string;
  orgId: string;
  /** Unique within its project. */
  name: string;
  created: Date;
  replicationSpecId: string;
  zoneId: string;
  spec: ClusterSpec;
  /** Set by the deletion; the controller stops and removes everything, then the document. */
  deleting?: true;
  /** What is; written by the controller alone. */
  status: {
    state: ClusterState;
    members: Member[];
    /** The installation whose host the members are on; absent until they have been placed. */
    home?: string;
    mongoDBVersion?: string;
    message?: string;
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

export const nodeCountOf = (spec: Pick<ClusterSpec, 'regionConfigs'>): number =>
  spec.regionConfigs.reduce((sum, it) => sum + it.electableSpecs.nodeCount, 0);

/** One entry per node: the priority its region gives it. */
export const prioritiesOf = (spec: Pick<ClusterSpec, 'regionConfigs'>): number[] =>
  [...spec.regionConfigs]
    .sort((a, b) => b.priority - a.priority)
    .flatMap((it) => Array.from({ length: it.electableSpecs.nodeCount }, () => it.priority));

/** Why these regions cannot be run, naming the attribute; undefined when they can. */
export function wrongRegions(regions: readonly RegionConfig[]): string | undefined {
  const count = nodeCountOf({ regionConfigs: [...regions] });
  if (![1, 3, 5, 7].includes(count))
    return `replicationSpecs[0].regionConfigs ask for ${count} electable nodes in all, and a replica set has 1, 3, 5 or 7`;
  const priorities = regions.map((it) => it.priority);
  if (new Set(priorities).size !== priorities.length)
    return 'replicationSpecs[0].regionConfigs must differ in their priority';
  return undefined;
}

/** Whether both want the same nodes in the same places. */
export function sameLayout(a: readonly RegionConfig[], b: readonly RegionConfig[]): boolean {
  const print = (regions: readonly RegionConfig[]) =>
    JSON.stringify(
      regions.map((it) => [it.providerName, it.regionName, it.priority, it.electableSpecs.nodeCount]).sort(),
    );
  return print(a) === print(b);
}
