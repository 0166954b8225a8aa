import Type from 'typebox';
import type { Links } from '../../kernel/operation.ts';
import type { WantedRegion } from './change.ts';
import { attributes, type CommonWire, ReplicationSpecWire, readCluster, type WantedCluster } from './wire.ts';
import { type SeenCluster, writeCommon, writeRegion } from './wire-reply.ts';

// The version in which one disk size held for the whole cluster, and a replication spec counted its shards.

const closed = { additionalProperties: false };
export const numShards = Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }));
const Specs = Type.Array(Type.Object({ ...ReplicationSpecWire.properties, numShards }, closed));
const old = { ...attributes, diskSizeGB: Type.Optional(Type.Number({ minimum: 0.5, maximum: 65_536 })) };

export const CreateCluster20230201 = Type.Object(
  {
    ...old,
    name: Type.String(),
    clusterType: Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED']),
    replicationSpecs: Specs,
  },
  closed,
);
export const UpdateCluster20230201 = Type.Object({ ...old, replicationSpecs: Type.Optional(Specs) }, closed);

interface OldWire extends CommonWire {
  diskSizeGB?: number;
  replicationSpecs?: { zoneName?: string; numShards?: number; regionConfigs: WantedRegion[] }[];
}

/** Why so many shards cannot be had. */
export const wrongShards = (count = 1): string | undefined =>
  count > 1 ? `numShards ${count} is not available: this server runs replica sets` : undefined;

export function readCluster20230201({ diskSizeGB, replicationSpecs, ...wire }: OldWire): WantedCluster {
  const wanted = readCluster({ ...wire, replicationSpecs });
  const sharded = replicationSpecs?.find((it) => (it.numShards ?? 1) > 1);
  return {
    ...wanted,
    change: { ...wanted.change, diskSizeGB },
    refused: wanted.refused ?? (sharded && `replicationSpecs.${wrongShards(sharded.numShards)}`),
  };
}

const withoutDisk = <T extends { diskSizeGB: number }>({ diskSizeGB: _held, ...hardware }: T) => hardware;

function writeOldRegion(region: ReturnType<typeof writeRegion>) {
  const electableSpecs = withoutDisk(region.electableSpecs);
  if (!('readOnlySpecs' in region)) return { ...region, electableSpecs };
  const { readOnlySpecs, analyticsSpecs } = region;
  return {
    ...region,
    electableSpecs,
    readOnlySpecs: withoutDisk(readOnlySpecs),
    analyticsSpecs: withoutDisk(analyticsSpecs),
  };
}

export function writeCluster20230201(seen: SeenCluster, links: Links) {
  const { spec, legacySpecId, zoneId } = seen.cluster;
  return {
    ...writeCommon(seen, links),
    diskSizeGB: spec.regionConfigs[0]?.electableSpecs.diskSizeGB,
    replicationSpecs: [
      {
        id: legacySpecId,
        numShards: 1,
        zoneId,
        zoneName: spec.zoneName,
        regionConfigs: spec.regionConfigs.map((it) => writeOldRegion(writeRegion(it, false))),
      },
    ],
  };
}
