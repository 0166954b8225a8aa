import type { ErrorCode } from '../../contract/errors.ts';
import { type CloudProvider, isRegion, regions } from '../../contract/regions.ts';
import { isTenantProvider } from './change.ts';
import { slotsOf, wrongRegions } from './layout.ts';
import { type AutoScaling, type Cluster, type ClusterSpec, isTenant, needsWork, type RegionConfig } from './model.ts';
import { wrongArgs } from './process-args.ts';
import { numberIn, sizesOf, tenantSizes } from './sizes.ts';

/** A refusal: its code and what its text names. */
export type Refusal = readonly [code: ErrorCode, ...parameters: string[]];

const isCloud = (name: string | undefined): name is CloudProvider => name !== undefined && name in regions;

function wrongRegion(region: RegionConfig): Refusal | undefined {
  const { providerName, regionName, backingProviderName } = region;
  const tenant = isTenantProvider(providerName);
  const cloud = tenant ? backingProviderName : providerName;
  if (!isCloud(cloud))
    return tenant ? ['MISSING_ATTRIBUTE', 'backingProviderName'] : ['INVALID_PROVIDER', providerName];
  if (!isRegion(cloud, regionName)) return ['INVALID_REGION', regionName, cloud];
  const allowed = providerName === 'FLEX' ? ['FLEX'] : tenant ? tenantSizes : sizesOf[cloud];
  for (const { instanceSize } of [region.electableSpecs, region.readOnlySpecs, region.analyticsSpecs])
    if (!allowed.includes(instanceSize)) return ['INVALID_ENUM_VALUE', instanceSize];
  return wrongScaling(region.autoScaling, allowed) ?? wrongScaling(region.analyticsAutoScaling, allowed);
}

/** Nothing scales by itself here, but whoever takes this configuration elsewhere would hear of it there. */
function wrongScaling(scaling: AutoScaling | undefined, allowed: readonly string[]): Refusal | undefined {
  const { enabled, scaleDownEnabled, minInstanceSize: min, maxInstanceSize: max } = scaling?.compute ?? {};
  if (!enabled) return undefined;
  if (!max) return ['COMPUTE_AUTO_SCALING_MAX_INSTANCE_SIZE_REQUIRED'];
  if (scaleDownEnabled && !min) return ['COMPUTE_AUTO_SCALING_MIN_INSTANCE_SIZE_REQUIRED'];
  const unknown = [min, max].find((it) => it && !allowed.includes(it));
  if (unknown) return ['INVALID_ENUM_VALUE', unknown];
  if (min && numberIn(min) > numberIn(max)) return ['COMPUTE_AUTO_SCALING_INSTANCE_SIZE_RANGE_INVALID', min, max];
  return undefined;
}

export interface Versions {
  /** The version of mongod that clusters run, e.g. 6.0.5. */
  version: string;
  /** A cluster may ask for any version and gets the one there is. */
  anyVersion?: boolean;
}

/** Writes that wait for more members than there are would wait for ever. */
function wrongConcern({ regionConfigs, processArgs }: ClusterSpec): string | undefined {
  const w = Number(processArgs.defaultWriteConcern);
  const members = slotsOf({ regionConfigs }).length;
  return w > members ? `defaultWriteConcern ${w} asks for more members than the ${members} of this cluster` : undefined;
}

/** Why this spec cannot be run at all; undefined when it can. */
export function wrongSpec(spec: ClusterSpec, { version, anyVersion }: Versions): Refusal | undefined {
  const { mongoDBMajorVersion: major, regionConfigs } = spec;
  if (major && !anyVersion && !version.startsWith(`${major}.`)) {
    const why = `mongoDBMajorVersion ${major} is not available: this server runs MongoDB ${version}`;
    return ['INVALID_MONGODB_VERSION_CONFIG', why];
  }
  if (!regionConfigs.length) return ['VALIDATION_ERROR', 'replicationSpecs[0].regionConfigs must not be empty'];
  for (const region of regionConfigs) {
    const refusal = wrongRegion(region);
    if (refusal) return refusal;
  }
  const why = wrongRegions(regionConfigs) ?? wrongArgs(spec.processArgs, version) ?? wrongConcern(spec);
  return why === undefined ? undefined : ['VALIDATION_ERROR', why];
}

/** Why a cluster cannot change from what it is to `after`; undefined when it can. */
export function wrongChange(cluster: Cluster, after: ClusterSpec, versions: Versions): Refusal | undefined {
  const { name, spec: before } = cluster;
  const works = needsWork(before, after);
  if (works && cluster.external)
    return ['VALIDATION_ERROR', `cluster ${name} is a registered one: its nodes are not this server's to change`];
  if (works && isTenant(cluster)) return ['TENANT_CLUSTER_UPDATE_UNSUPPORTED'];
  if (before.paused && after.paused) {
    if (needsWork({ ...before, paused: false }, { ...after, paused: false }))
      return ['CANNOT_UPDATE_PAUSED_CLUSTER', name];
  } else if (after.paused) {
    if (needsWork(before, { ...after, paused: false })) return ['CANNOT_UPDATE_AND_PAUSE_CLUSTER', name];
    if (cluster.status.state !== 'IDLE') return ['CANNOT_PAUSE_CLUSTER_WITH_PENDING_CHANGES'];
  }
  return wrongSpec(after, versions);
}
