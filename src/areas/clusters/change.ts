import type { AutoScaling, ClusterSpec, Hardware, Pair, RegionConfig, Settings } from './model.ts';
import type { ProcessArgs } from './process-args.ts';
import { sizeOf } from './sizes.ts';

/** A region as a request names it: what it leaves out stays as it is, or takes the usual value. */
export interface WantedRegion {
  providerName: string;
  regionName: string;
  backingProviderName?: string;
  priority?: number;
  electableSpecs?: Partial<Hardware>;
  readOnlySpecs?: Partial<Hardware>;
  analyticsSpecs?: Partial<Hardware>;
  autoScaling?: PartialScaling;
  analyticsAutoScaling?: PartialScaling;
}

export interface PartialScaling {
  compute?: Partial<AutoScaling['compute']>;
  diskGB?: Partial<AutoScaling['diskGB']>;
}

/** What a request wants of the regions that there are, where it names none. */
export interface EachRegion {
  providerName?: string;
  /** Where a cluster of one region shall be. */
  regionName?: string;
  hardware: Partial<Hardware>;
  /** Electable nodes in all regions together; the preferred one makes up for the others. */
  replicationFactor?: number;
  autoScaling?: PartialScaling;
}

/** What a request wants of a cluster; absent attributes stay as they are. */
export interface ClusterChange {
  zoneName?: string;
  regions?: WantedRegion[];
  each?: EachRegion;
  /** Of every node; later versions say it node by node. */
  diskSizeGB?: number;
  mongoDBMajorVersion?: string;
  paused?: boolean;
  terminationProtectionEnabled?: boolean;
  tags?: Pair[];
  labels?: Pair[];
  settings?: Partial<Settings>;
  processArgs?: Partial<ProcessArgs>;
}

export const isTenantProvider = (providerName: string): boolean => providerName === 'TENANT' || providerName === 'FLEX';

const readScaling = (wanted?: PartialScaling, before?: AutoScaling): AutoScaling => ({
  compute: { enabled: false, scaleDownEnabled: false, ...before?.compute, ...wanted?.compute },
  diskGB: { enabled: false, ...before?.diskGB, ...wanted?.diskGB },
});

function readRegion(wanted: WantedRegion, spec: ClusterSpec): RegionConfig {
  const { providerName, regionName, backingProviderName } = wanted;
  const before = spec.regionConfigs.find((it) => it.regionName === regionName && it.providerName === providerName);
  const model = before ?? spec.regionConfigs[0];
  const tenant = isTenantProvider(providerName);
  const others = [wanted.readOnlySpecs, wanted.analyticsSpecs];
  const onlyOthers = !wanted.electableSpecs && others.some((it) => it?.nodeCount);
  const instanceSize =
    wanted.electableSpecs?.instanceSize ??
    (onlyOthers ? others.find((it) => it?.instanceSize)?.instanceSize : undefined) ??
    model?.electableSpecs.instanceSize ??
    (tenant ? 'M0' : 'M10');
  const diskSizeGB =
    [wanted.electableSpecs, ...others].find((it) => it?.diskSizeGB)?.diskSizeGB ??
    (tenant ? undefined : model?.electableSpecs.diskSizeGB) ??
    sizeOf(instanceSize).diskSizeGB;
  const hardware = (it: Partial<Hardware> | undefined, nodeCount: number): Hardware => ({
    instanceSize: it?.instanceSize ?? instanceSize,
    nodeCount: tenant ? Math.min(nodeCount, 1) : (it?.nodeCount ?? nodeCount),
    diskSizeGB,
    ...(it?.diskIOPS ? { diskIOPS: it.diskIOPS } : {}),
    ...(it?.ebsVolumeType ? { ebsVolumeType: it.ebsVolumeType } : {}),
  });
  const analyticsAutoScaling = wanted.analyticsAutoScaling
    ? readScaling(wanted.analyticsAutoScaling, before?.analyticsAutoScaling)
    : before?.analyticsAutoScaling;
  return {
    providerName,
    regionName,
    ...(backingProviderName ? { backingProviderName } : {}),
    priority: wanted.priority ?? before?.priority ?? (onlyOthers ? 0 : 7),
    electableSpecs: hardware(wanted.electableSpecs, onlyOthers ? 0 : 3),
    readOnlySpecs: hardware(wanted.readOnlySpecs, 0),
    analyticsSpecs: hardware(wanted.analyticsSpecs, 0),
    autoScaling: readScaling(wanted.autoScaling, before?.autoScaling),
    ...(analyticsAutoScaling ? { analyticsAutoScaling } : {}),
  };
}

/** The regions that there are, as a request that names none wants them. */
function wantedOfEach({ regionConfigs }: ClusterSpec, each: EachRegion): WantedRegion[] {
  const { hardware, replicationFactor, autoScaling } = each;
  const preferred = Math.max(...regionConfigs.map((it) => it.priority));
  const inAll = regionConfigs.reduce((sum, it) => sum + it.electableSpecs.nodeCount, 0);
  return regionConfigs.map((it) => {
    const more = it.priority === preferred && replicationFactor !== undefined ? replicationFactor - inAll : 0;
    const nodeCount = Math.max(0, it.electableSpecs.nodeCount + more);
    return {
      ...it,
      providerName: each.providerName ?? it.providerName,
      regionName: (regionConfigs.length === 1 ? each.regionName : undefined) ?? it.regionName,
      electableSpecs: { ...it.electableSpecs, ...given(hardware), nodeCount },
      readOnlySpecs: { ...it.readOnlySpecs, ...given(hardware) },
      analyticsSpecs: { ...it.analyticsSpecs, ...given(hardware) },
      autoScaling: {
        compute: { ...it.autoScaling.compute, ...autoScaling?.compute },
        diskGB: { ...it.autoScaling.diskGB, ...autoScaling?.diskGB },
      },
    };
  });
}

const withDisk = (region: RegionConfig, diskSizeGB: number): RegionConfig => ({
  ...region,
  electableSpecs: { ...region.electableSpecs, diskSizeGB },
  readOnlySpecs: { ...region.readOnlySpecs, diskSizeGB },
  analyticsSpecs: { ...region.analyticsSpecs, diskSizeGB },
});

/** Drops what is null: to the processes it is the same as never having been wanted. */
const given = <T extends object>(it: T): T =>
  Object.fromEntries(Object.entries(it).filter(([, value]) => value !== null && value !== undefined)) as T;

export function applyChange(spec: ClusterSpec, change: ClusterChange): ClusterSpec {
  const { each, diskSizeGB, settings, processArgs, ...rest } = change;
  const { regions = each && wantedOfEach(spec, each), ...attributes } = rest;
  const regionConfigs = regions ? regions.map((it) => readRegion(it, spec)) : spec.regionConfigs;
  return {
    ...spec,
    ...given(attributes),
    regionConfigs: diskSizeGB ? regionConfigs.map((it) => withDisk(it, diskSizeGB)) : regionConfigs,
    settings: { ...spec.settings, ...given(settings ?? {}) },
    processArgs: given({ ...spec.processArgs, ...processArgs }),
  };
}
