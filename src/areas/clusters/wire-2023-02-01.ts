import Type from 'typebox';
import type { Links } from '../../kernel/operation.ts';
import {
  attributes,
  type ClusterWire,
  ReplicationSpecWire,
  readCluster,
  type SeenCluster,
  type WantedCluster,
  writeCluster,
} from './wire.ts';

// The version in which one disk size held for the whole cluster, and a replication spec counted its shards.

const closed = { additionalProperties: false };
const Specs = Type.Array(
  Type.Object({ ...ReplicationSpecWire.properties, numShards: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
);
const old = { ...attributes, diskSizeGB: Type.Optional(Type.Number({ minimum: 1, maximum: 65_536 })) };

export const CreateCluster20230201 = Type.Object(
  { ...old, name: Type.String(), clusterType: attributes.clusterType, replicationSpecs: Specs },
  closed,
);
export const UpdateCluster20230201 = Type.Object({ ...old, replicationSpecs: Type.Optional(Specs) }, closed);

interface OldWire extends Omit<ClusterWire, 'replicationSpecs'> {
  diskSizeGB?: number;
  replicationSpecs?: (NonNullable<ClusterWire['replicationSpecs']>[number] & { numShards?: number })[];
}

export function readCluster20230201({ diskSizeGB, replicationSpecs, ...wire }: OldWire): WantedCluster {
  const sharded = replicationSpecs?.find((it) => (it.numShards ?? 1) > 1);
  const wanted = readCluster({
    ...wire,
    replicationSpecs: replicationSpecs?.map(({ numShards, ...spec }) => ({
      ...spec,
      regionConfigs: spec.regionConfigs.map((region) => ({
        ...region,
        electableSpecs: { ...(diskSizeGB ? { diskSizeGB } : {}), ...region.electableSpecs },
      })),
    })),
  });
  const shards =
    sharded && `replicationSpecs.numShards ${sharded.numShards} is not available: this server runs replica sets`;
  return { ...wanted, refused: wanted.refused ?? shards };
}

export function writeCluster20230201(seen: SeenCluster, links: Links) {
  const {
    adaptiveCapacity,
    effectiveReplicationSpecs,
    featureCompatibilityVersion,
    internalClusterRole,
    redactClientLogData,
    retainBackups,
    useAwsTimeBasedSnapshotCopyForFastInitialSync,
    replicationSpecs,
    ...shown
  } = writeCluster(seen, links);
  const withoutDisk = ({ diskSizeGB, ...hardware }: { diskSizeGB: number; instanceSize: string; nodeCount: number }) =>
    hardware;
  return {
    ...shown,
    diskSizeGB: seen.cluster.spec.regionConfigs[0]?.electableSpecs.diskSizeGB,
    replicationSpecs: replicationSpecs.map(({ regionConfigs, ...spec }) => ({
      ...spec,
      numShards: 1,
      regionConfigs: regionConfigs.map(
        ({ electableSpecs, readOnlySpecs, analyticsSpecs, autoScaling, providerName, regionName, priority }) => ({
          ...{ providerName, regionName, priority, autoScaling },
          electableSpecs: withoutDisk(electableSpecs),
          readOnlySpecs: withoutDisk(readOnlySpecs),
          analyticsSpecs: withoutDisk(analyticsSpecs),
        }),
      ),
    })),
  };
}
