import type { ClusterSpec, Member, NodeKind, RegionConfig, Slot } from './model.ts';

/** `small`: at most one member per cluster, whatever was asked for; for laptops. */
export type Scale = 'full' | 'small';

const MOST_VOTES = 7;
const MOST_MEMBERS = 50;

const countsOf = (it: RegionConfig): [NodeKind, RegionConfig['electableSpecs']][] => [
  ['ELECTABLE', it.electableSpecs],
  ['READ_ONLY', it.readOnlySpecs],
  ['ANALYTICS', it.analyticsSpecs],
];

/** The members that a spec asks for, the preferred primary first. Only electable ones vote. */
export function slotsOf(spec: Pick<ClusterSpec, 'regionConfigs'>, scale: Scale = 'full'): Slot[] {
  const regions = [...spec.regionConfigs].sort((a, b) => b.priority - a.priority);
  const slots = regions.flatMap((region) =>
    countsOf(region).flatMap(([kind, { nodeCount, instanceSize }]) =>
      Array.from({ length: nodeCount }, (): Slot => {
        const electable = kind === 'ELECTABLE';
        return {
          ...{ kind, instanceSize, regionName: region.regionName },
          // A tenant's: so that it keeps its place when it becomes a cluster of its own.
          providerName: region.backingProviderName ?? region.providerName,
          priority: electable ? region.priority : 0,
          votes: electable ? 1 : 0,
        };
      }),
    ),
  );
  const electableFirst = [...slots.filter((it) => it.votes), ...slots.filter((it) => !it.votes)];
  return scale === 'small' ? electableFirst.slice(0, 1) : electableFirst;
}

const place = (it: Slot) => `${it.kind} ${it.providerName} ${it.regionName}`;

/**
 * Gives the members that are there the places that are wanted: those that stay (with what changes about them), those
 * that leave, and the places that still need a member.
 */
export function assign(members: readonly Member[], slots: readonly Slot[]) {
  const free = [...slots];
  const assigned = members.map((member): Member => {
    const at = member.leaving ? -1 : free.findIndex((slot) => place(slot) === place(member));
    if (at < 0) return { ...member, leaving: true };
    return { ...member, ...free.splice(at, 1)[0] };
  });
  return { assigned, free };
}

/** Why these regions cannot be run, naming the attribute; undefined when they can. */
export function wrongRegions(regions: readonly RegionConfig[]): string | undefined {
  const where = 'replicationSpecs[0].regionConfigs';
  const electable = regions.reduce((sum, it) => sum + it.electableSpecs.nodeCount, 0);
  if (![1, 3, 5, MOST_VOTES].includes(electable))
    return `${where} ask for ${electable} electable nodes in all, and a replica set has 1, 3, 5 or 7`;
  if (slotsOf({ regionConfigs: [...regions] }).length > MOST_MEMBERS)
    return `${where} ask for more than ${MOST_MEMBERS} nodes in all`;
  const voting = regions.filter((it) => it.electableSpecs.nodeCount > 0);
  const none = voting.find((it) => it.priority < 1);
  if (none) return `${where}.priority of ${none.regionName} must be 1 to 7, since it has electable nodes`;
  if (new Set(voting.map((it) => it.priority)).size !== voting.length) return `${where} must differ in their priority`;
  const places = regions.map((it) => `${it.providerName} ${it.regionName}`);
  const twice = places.find((it, n) => places.indexOf(it) !== n);
  return twice ? `${where} name ${twice} twice` : undefined;
}
