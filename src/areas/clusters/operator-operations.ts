import Type from 'typebox';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { Tx } from '../../base/state.ts';
import { type GroupPlace, operation, type PlacedEvent } from '../../kernel/operation.ts';
import { hostsOfUri, wrongUri } from './external.ts';
import { newCluster } from './lifecycle.ts';
import type { Cluster } from './model.ts';
import { isClusterName } from './model.ts';
import { hostsOf } from './questions.ts';
import type { ClusterRoom } from './room.ts';

export interface OperatorRoom extends ClusterRoom {
  places: { group(id: string): Promise<GroupPlace | undefined> };
  events: { record(event: PlacedEvent, tx: Tx): Promise<void> };
  /** By cluster, the users and roles of the project that it could not take over, since others have them there. */
  foreign(clusterIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

interface Wanted {
  name: string;
  uri: string;
}

/** Every address under which a cluster is known to this server. */
const addressesOf = (cluster: Cluster): string[] => [
  ...(cluster.external?.hosts ?? []),
  ...hostsOf(cluster).map(({ host, port }) => `${host}:${port}`),
];

const state = { id: Type.String(), name: Type.String(), stateName: Type.String() };

/**
 * For the operator alone: it makes this server connect wherever the URI says. Whether the set answers is seen by the
 * controller; until then the cluster is CREATING, and its message says what is in the way.
 */
export const registerCluster = operation<
  OperatorRoom,
  Wanted,
  Cluster,
  | 'GROUP_NOT_FOUND'
  | 'CLUSTER_NAME_INVALID'
  | 'VALIDATION_ERROR'
  | 'DUPLICATE_CLUSTER_NAME'
  | 'REPLICA_SET_ALREADY_REGISTERED'
>({
  id: 'registerCluster',
  surface: 'telamon',
  route: 'POST /operator/groups/{groupId}/clusters',
  inside: 'operator',
  roles: [],
  fails: [
    'GROUP_NOT_FOUND',
    'CLUSTER_NAME_INVALID',
    'VALIDATION_ERROR',
    'DUPLICATE_CLUSTER_NAME',
    'REPLICA_SET_ALREADY_REGISTERED',
  ],
  versions: {
    '2023-01-01': {
      body: Type.Object({ name: Type.String(), uri: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
      read: (wire) => wire,
      reply: Type.Object(state),
      status: 201,
      write: ({ _id, groupId, name, status }) => ({ id: _id, groupId, name, stateName: status.state }),
    },
  },
  async run({ wanted, path, caller, remoteAddress, fail }, room) {
    const { name, uri } = wanted;
    const group = await room.places.group(path.groupId!);
    if (!group) throw fail('GROUP_NOT_FOUND', path.groupId!);
    if (!isClusterName(name)) throw fail('CLUSTER_NAME_INVALID', name);
    const why = wrongUri(uri);
    if (why) throw fail('VALIDATION_ERROR', why);
    const hosts = hostsOfUri(uri);
    const regions = [{ providerName: 'AWS', regionName: 'US_EAST_1', electableSpecs: { instanceSize: 'M10' } }];
    const made = newCluster(room, group, 'CLUSTER', name, { regions });
    const cluster: Cluster = { ...made, external: { sealedUri: room.vault.seal(uri, made._id), hosts } };
    if (await room.clusters.find(group.id, name)) throw fail('DUPLICATE_CLUSTER_NAME', name, group.id);
    // Two that come at once, or under names that nobody can tell to be one, are told apart by the set's own id.
    for (const other of await room.clusters.all())
      if (addressesOf(other).some((it) => hosts.includes(it)))
        throw fail('REPLICA_SET_ALREADY_REGISTERED', hosts.join(','), other.name, other.groupId);
    try {
      await room.projects.within(group.id, async (tx) => {
        await room.clusters.insert(cluster, tx);
        const where = { orgId: group.orgId, groupId: group.id, clusterName: name };
        await room.events.record({ type: 'CLUSTER_CREATED', ...where, caller, remoteAddress }, tx);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('DUPLICATE_CLUSTER_NAME', name, group.id);
      throw error;
    }
    return cluster;
  },
});

/** What stands in the way of a cluster, in words; undefined when nothing does. */
function messageOf({ status }: Cluster, foreign: readonly string[] = []): string | undefined {
  if (status.message) return status.message;
  if (!foreign.length) return undefined;
  return `The set has users or roles of others under names that the project uses (${foreign.join(', ')}): they stay as they are. Give those of the project other names.`;
}

/** For the operator, who can mend what the message speaks of. */
export const listAllClusters = operation<OperatorRoom, unknown, { cluster: Cluster; message?: string }[]>({
  id: 'listAllClusters',
  surface: 'telamon',
  route: 'GET /operator/clusters',
  inside: 'operator',
  roles: [],
  fails: [],
  list: 'bare',
  versions: {
    '2023-01-01': {
      reply: Type.Object({ ...state, groupId: Type.String() }),
      status: 200,
      write: ({ cluster, message }) => ({
        id: cluster._id,
        groupId: cluster.groupId,
        name: cluster.name,
        stateName: cluster.status.state,
        message,
      }),
    },
  },
  async run(_call, room) {
    const all = await room.clusters.all();
    const foreign = await room.foreign(all.map((it) => it._id));
    return all.map((cluster) => ({ cluster, message: messageOf(cluster, foreign.get(cluster._id)) }));
  },
});

export const operatorOperations = [registerCluster, listAllClusters];
