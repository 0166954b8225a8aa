/** What a project may have, by Atlas's names; source: the published interface. */
export const projectLimits = {
  'atlas.project.deployment.clusters': { defaultLimit: 25, maximumLimit: 100 },
  'atlas.project.deployment.nodesPerPrivateLinkRegion': { defaultLimit: 50, maximumLimit: 90 },
  'atlas.project.deployment.privateServiceConnectionsPerRegionGroup': { defaultLimit: 50, maximumLimit: 100 },
  'atlas.project.deployment.privateServiceConnectionsSubnetMask': { defaultLimit: 27, maximumLimit: 27 },
  'atlas.project.security.databaseAccess.customRoles': { defaultLimit: 100, maximumLimit: 1_400 },
  'atlas.project.security.databaseAccess.users': { defaultLimit: 100, maximumLimit: 100 },
  'atlas.project.security.networkAccess.crossRegionEntries': { defaultLimit: 40, maximumLimit: 220 },
  // Its default is above its maximum at Atlas, too.
  'atlas.project.security.networkAccess.entries': { defaultLimit: 200, maximumLimit: 20 },
} as const;

export type LimitName = keyof typeof projectLimits;

export const isLimitName = (name: string): name is LimitName => Object.hasOwn(projectLimits, name);

export interface GivenLimit {
  name: LimitName;
  value: number;
}

export interface SeenLimit {
  name: LimitName;
  value: number;
  currentUsage?: number;
}

/** What a project was given, or else what everybody has. */
export const limitOf = (given: readonly GivenLimit[] | undefined, name: LimitName): number =>
  given?.find((it) => it.name === name)?.value ?? projectLimits[name].defaultLimit;

/** Why a value cannot be had; undefined when it can. Subnet masks are the one limit that is better when lower. */
export function wrongLimit(name: LimitName, value: number): string | undefined {
  const { defaultLimit, maximumLimit } = projectLimits[name];
  const most = Math.max(defaultLimit, maximumLimit);
  const least = name === 'atlas.project.deployment.privateServiceConnectionsSubnetMask' ? 20 : 1;
  return value < least || value > most ? `value of ${name} must be from ${least} to ${most}` : undefined;
}
