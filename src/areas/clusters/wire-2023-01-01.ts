import Type from 'typebox';
import type { Links } from '../../kernel/operation.ts';
import { echoed, sometimes } from '../../kernel/wire.ts';
import { type EachRegion, isTenantProvider, type PartialScaling, type WantedRegion } from './change.ts';
import type { Cluster, RegionConfig } from './model.ts';
import { anything, attributes, type CommonWire, readCommon, type WantedCluster } from './wire.ts';
import { wrongShards } from './wire-2023-02-01.ts';
import { commonReply, type SeenCluster, writeCommon, writeHardware } from './wire-reply.ts';

// The first version: one provider and one instance size for the whole cluster, and regions as a map of node counts.

const closed = { additionalProperties: false };
const opt = Type.Optional;
const count = opt(Type.Integer({ minimum: 0, maximum: 50 }));
const word = Type.String({ pattern: '^[A-Z0-9_]{1,64}$' });

const RegionsConfig = Type.Record(
  Type.String({ pattern: '^[A-Z0-9_]{1,64}$' }),
  Type.Object(
    {
      analyticsNodes: count,
      electableNodes: count,
      readOnlyNodes: count,
      priority: opt(Type.Integer({ minimum: 0, maximum: 7 })),
    },
    closed,
  ),
);

const Limits = Type.Object({ minInstanceSize: opt(word), maxInstanceSize: opt(word) }, closed);
const ProviderSettings = Type.Object(
  {
    providerName: Type.Enum(['AWS', 'AZURE', 'GCP', 'TENANT']),
    backingProviderName: opt(Type.Enum(['AWS', 'AZURE', 'GCP'])),
    instanceSizeName: opt(word),
    effectiveInstanceSizeName: anything,
    regionName: opt(word),
    autoScaling: opt(Type.Object({ compute: opt(Limits) }, closed)),
    diskIOPS: opt(Type.Integer({ minimum: 0 })),
    diskTypeName: anything,
    encryptEBSVolume: anything,
    volumeType: opt(Type.Enum(['STANDARD', 'PROVISIONED', 'HIGH_PERFORMANCE'])),
  },
  closed,
);

const legacy = {
  ...echoed('deleteAfterDate'),
  ...attributes,
  autoScaling: opt(
    Type.Object(
      {
        autoIndexingEnabled: anything,
        compute: opt(Type.Object({ enabled: opt(Type.Boolean()), scaleDownEnabled: opt(Type.Boolean()) }, closed)),
        diskGBEnabled: opt(Type.Boolean()),
      },
      closed,
    ),
  ),
  diskSizeGB: opt(Type.Number({ minimum: 0.5, maximum: 65_536 })),
  mongoURI: anything,
  mongoURIUpdated: anything,
  mongoURIWithOptions: anything,
  numShards: opt(Type.Integer({ minimum: 1, maximum: 50 })),
  providerBackupEnabled: opt(Type.Boolean()),
  providerSettings: opt(ProviderSettings),
  replicationFactor: opt(Type.Integer({ minimum: 1, maximum: 7 })),
  replicationSpec: opt(RegionsConfig),
  replicationSpecs: opt(
    Type.Array(
      Type.Object(
        {
          id: anything,
          numShards: opt(Type.Integer({ minimum: 1, maximum: 100 })),
          regionsConfig: opt(RegionsConfig),
          zoneName: opt(Type.String({ minLength: 1, maxLength: 128 })),
        },
        closed,
      ),
    ),
  ),
  srvAddress: anything,
};

export const CreateCluster20230101 = Type.Object(
  { ...legacy, name: Type.String(), providerSettings: ProviderSettings },
  closed,
);
export const UpdateCluster20230101 = Type.Object(legacy, closed);

interface Nodes {
  analyticsNodes?: number;
  electableNodes?: number;
  readOnlyNodes?: number;
  priority?: number;
}
type RegionsWire = Record<string, Nodes>;
interface LegacyWire extends CommonWire {
  autoScaling?: { compute?: { enabled?: boolean; scaleDownEnabled?: boolean }; diskGBEnabled?: boolean };
  diskSizeGB?: number;
  numShards?: number;
  providerSettings?: {
    providerName: string;
    backingProviderName?: string;
    instanceSizeName?: string;
    regionName?: string;
    diskIOPS?: number;
    volumeType?: string;
    autoScaling?: { compute?: { minInstanceSize?: string; maxInstanceSize?: string } };
  };
  replicationFactor?: number;
  replicationSpec?: RegionsWire;
  replicationSpecs?: { numShards?: number; regionsConfig?: RegionsWire; zoneName?: string }[];
}

const readScaling = ({ autoScaling, providerSettings }: LegacyWire): PartialScaling => ({
  compute: { ...autoScaling?.compute, ...providerSettings?.autoScaling?.compute },
  ...(autoScaling?.diskGBEnabled === undefined ? {} : { diskGB: { enabled: autoScaling.diskGBEnabled } }),
});

function readRegions(wire: LegacyWire): WantedRegion[] | undefined {
  const settings = wire.providerSettings;
  if (!settings) return undefined;
  const { providerName, backingProviderName, instanceSizeName: instanceSize } = settings;
  const { replicationFactor = 3 } = wire;
  const named = wire.replicationSpecs?.[0]?.regionsConfig ?? wire.replicationSpec;
  const regions =
    named ?? (settings.regionName ? { [settings.regionName]: { electableNodes: replicationFactor } } : {});
  const hardware = { instanceSize, diskIOPS: settings.diskIOPS, ebsVolumeType: settings.volumeType };
  return Object.entries(regions).map(([regionName, nodes]) => ({
    ...{ providerName, backingProviderName, regionName, priority: nodes.priority ?? 7 },
    electableSpecs: { ...hardware, nodeCount: nodes.electableNodes ?? 0 },
    readOnlySpecs: { ...hardware, nodeCount: nodes.readOnlyNodes ?? 0 },
    analyticsSpecs: { ...hardware, nodeCount: nodes.analyticsNodes ?? 0 },
    autoScaling: readScaling(wire),
  }));
}

/** Of a change that names no regions: what it says is meant for those that there are. */
function readEach(wire: LegacyWire): EachRegion | undefined {
  const { providerSettings, replicationFactor, replicationSpec, replicationSpecs } = wire;
  if (replicationSpec || replicationSpecs) return undefined;
  if (!providerSettings && replicationFactor === undefined && !wire.autoScaling) return undefined;
  const { providerName, regionName, instanceSizeName: instanceSize, diskIOPS, volumeType } = providerSettings ?? {};
  const hardware = { instanceSize, diskIOPS, ebsVolumeType: volumeType };
  return { providerName, regionName, hardware, replicationFactor, autoScaling: readScaling(wire) };
}

export function readChange20230101(wire: LegacyWire): WantedCluster {
  const wanted = readCluster20230101(wire);
  const each = readEach(wire);
  return each ? { ...wanted, change: { ...wanted.change, regions: undefined, each } } : wanted;
}

export function readCluster20230101(wire: LegacyWire): WantedCluster {
  const { change, ...common } = readCommon(wire);
  const [spec, ...more] = wire.replicationSpecs ?? [];
  const shards = wrongShards(Math.max(wire.numShards ?? 1, spec?.numShards ?? 1));
  const several = more.length
    ? `replicationSpecs must hold one entry for a replica set, not ${more.length + 1}`
    : undefined;
  const aimless =
    (wire.replicationSpec || wire.replicationSpecs) && !wire.providerSettings
      ? `replicationSpec${wire.replicationSpecs ? 's' : ''} needs providerSettings beside it, which name the provider and the instance size`
      : undefined;
  const { diskSizeGB } = wire;
  return {
    ...common,
    change: { ...change, zoneName: spec?.zoneName, diskSizeGB, regions: readRegions(wire) },
    refused: common.refused ?? shards ?? several ?? aimless,
  };
}

/** Atlas's own tenants have three electable nodes, and this version has no word for fewer. */
const electableNodes = (it: RegionConfig): number =>
  isTenantProvider(it.providerName) ? 3 : it.electableSpecs.nodeCount;

const writeNodes = (it: RegionConfig) => ({
  analyticsNodes: it.analyticsSpecs.nodeCount,
  electableNodes: electableNodes(it),
  priority: it.priority,
  readOnlyNodes: it.readOnlySpecs.nodeCount,
});

function writeProvider({ spec }: Cluster) {
  const first = spec.regionConfigs[0]!;
  const { providerName, regionName, electableSpecs } = first;
  const { instanceSize } = electableSpecs;
  const autoScaling = { compute: {} };
  if (isTenantProvider(providerName))
    return {
      ...{ autoScaling, providerName, regionName, backingProviderName: first.backingProviderName },
      instanceSizeName: instanceSize,
      effectiveInstanceSizeName: instanceSize === 'M0' ? 'M0' : 'FLEX',
    };
  const { diskIOPS, ebsVolumeType } = writeHardware(providerName, electableSpecs);
  const disk = providerName === 'AWS' ? { diskIOPS, encryptEBSVolume: true, volumeType: ebsVolumeType } : {};
  const { minInstanceSize, maxInstanceSize } = first.autoScaling.compute;
  const limits = { compute: { minInstanceSize, maxInstanceSize } };
  return { providerName, regionName, instanceSizeName: instanceSize, autoScaling: limits, ...disk };
}

const Nodes = Type.Object(sometimes(Type.Integer(), 'analyticsNodes', 'electableNodes', 'priority', 'readOnlyNodes'));
const Regions = Type.Record(Type.String(), Nodes);
const Compute = Type.Object({
  ...sometimes(Type.Boolean(), 'enabled', 'scaleDownEnabled'),
  ...sometimes(Type.String(), 'minInstanceSize', 'maxInstanceSize'),
});

export const ClusterReply20230101 = Type.Object({
  ...commonReply,
  autoScaling: Type.Object({ compute: Compute, diskGBEnabled: Type.Boolean() }),
  ...sometimes(Type.Number(), 'diskSizeGB', 'numShards', 'replicationFactor'),
  ...sometimes(Type.String(), 'mongoURI', 'mongoURIUpdated', 'mongoURIWithOptions', 'srvAddress'),
  providerBackupEnabled: Type.Boolean(),
  providerSettings: Type.Object({
    providerName: Type.String(),
    autoScaling: Type.Optional(Type.Object({ compute: Compute })),
    diskIOPS: Type.Optional(Type.Integer()),
    encryptEBSVolume: Type.Optional(Type.Boolean()),
    ...sometimes(Type.String(), 'backingProviderName', 'effectiveInstanceSizeName', 'instanceSizeName', 'regionName'),
    volumeType: Type.Optional(Type.String()),
  }),
  replicationSpec: Regions,
  replicationSpecs: Type.Array(
    Type.Object({ id: Type.String(), numShards: Type.Integer(), regionsConfig: Regions, zoneName: Type.String() }),
  ),
});

export function writeCluster20230101(seen: SeenCluster, links: Links) {
  const { spec, legacySpecId } = seen.cluster;
  const first = spec.regionConfigs[0]!;
  const { compute, diskGB } = first.autoScaling;
  const regionsConfig = Object.fromEntries(spec.regionConfigs.map((it) => [it.regionName, writeNodes(it)]));
  const { standard, standardSrv } = seen.connectionStrings;
  const common = writeCommon(seen, links);
  return {
    ...common,
    autoScaling: {
      compute: { enabled: compute.enabled, scaleDownEnabled: compute.scaleDownEnabled },
      diskGBEnabled: diskGB.enabled,
    },
    diskSizeGB: first.electableSpecs.diskSizeGB,
    mongoURI: standard?.replace(/\/\?.*$/, ''),
    mongoURIUpdated: standard && common.createDate,
    mongoURIWithOptions: standard,
    numShards: 1,
    providerBackupEnabled: false,
    providerSettings: writeProvider(seen.cluster),
    replicationFactor: spec.regionConfigs.reduce((sum, it) => sum + electableNodes(it), 0),
    replicationSpec: regionsConfig,
    replicationSpecs: [{ id: legacySpecId, numShards: 1, regionsConfig, zoneName: spec.zoneName }],
    srvAddress: standardSrv,
  };
}
