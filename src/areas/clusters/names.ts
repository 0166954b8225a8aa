import { isIP } from 'node:net';
import type { NameData, Names } from '../../base/zone.ts';
import { type Cluster, type Member, replSetOf } from './model.ts';

/** As in Atlas's names of hosts, and so that any cluster's name fits into a part of one. */
const MOST_SIGNS = 23;

/** Unlike any other cluster's in the zone, and itself one part of a name. */
const labelOf = ({ _id, name }: Pick<Cluster, '_id' | 'name'>): string =>
  `${name.slice(0, MOST_SIGNS).toLowerCase().replace(/-+$/, '')}-${_id.slice(-8)}`;

/** Whom an SRV string names. */
export const srvNameOf = (cluster: Pick<Cluster, '_id' | 'name'>, zone: string): string =>
  `${labelOf(cluster)}.${zone}`;

/** A sibling of the SRV name, since drivers follow its records to no other place; one certificate fits all of them. */
export const memberNameOf = (
  cluster: Pick<Cluster, '_id' | 'name'>,
  member: Pick<Member, 'name'>,
  zone: string,
): string => `${labelOf(cluster)}-${/\d+$/.exec(member.name)![0]}.${zone}`;

const addressOf = (host: string): NameData => {
  const family = isIP(host);
  return { type: family === 0 ? 'CNAME' : family === 4 ? 'A' : 'AAAA', to: host };
};

/** What stands in the zone: of each cluster whose members this installation runs, its SRV and TXT, and its members. */
export function namesOf(clusters: readonly Cluster[], zone: string): Names {
  const names = new Map<string, NameData[]>();
  for (const cluster of clusters) {
    if (!cluster.status.formed || cluster.external) continue;
    const srv = srvNameOf(cluster, zone);
    const members = cluster.status.members.filter((it) => !it.leaving);
    names.set(
      `_mongodb._tcp.${srv}`,
      members.map((it) => ({ type: 'SRV', port: it.port, target: memberNameOf(cluster, it, zone) })),
    );
    names.set(srv, [{ type: 'TXT', text: `authSource=admin&replicaSet=${replSetOf(cluster)}` }]);
    for (const it of members) names.set(memberNameOf(cluster, it, zone), [addressOf(it.host ?? '127.0.0.1')]);
  }
  return names;
}
