import Type from 'typebox';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { Tx } from '../../base/state.ts';
import { transact } from '../../base/state.ts';
import { type GroupPlace, operation, type PlacedEvent } from '../../kernel/operation.ts';
import { wrongUri } from './external.ts';
import { newCluster } from './lifecycle.ts';
import type { Cluster } from './model.ts';
import { isClusterName } from './model.ts';
import type { ClusterRoom } from './room.ts';

export interface RegisterRoom extends ClusterRoom {
  places: { group(id: string): Promise<GroupPlace | undefined> };
  events: { record(event: PlacedEvent, tx: Tx): Promise<void> };
}

interface Wanted {
  name: string;
  uri: string;
}

/**
 * For the operator alone: it makes this server connect wherever the URI says. Whether the set answers is seen by the
 * controller; until then the cluster is CREATING, and its message says what is in the way.
 */
export const registerCluster = operation<
  RegisterRoom,
  Wanted,
  Cluster,
  'GROUP_NOT_FOUND' | 'CLUSTER_NAME_INVALID' | 'VALIDATION_ERROR' | 'DUPLICATE_CLUSTER_NAME'
>({
  id: 'registerCluster',
  surface: 'telamon',
  route: 'POST /operator/groups/{groupId}/clusters',
  inside: 'operator',
  roles: [],
  fails: ['GROUP_NOT_FOUND', 'CLUSTER_NAME_INVALID', 'VALIDATION_ERROR', 'DUPLICATE_CLUSTER_NAME'],
  versions: {
    '2023-01-01': {
      body: Type.Object({ name: Type.String(), uri: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
      read: (wire) => wire,
      reply: Type.Object({ id: Type.String(), name: Type.String(), stateName: Type.String() }),
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
    const regions = [{ providerName: 'AWS', regionName: 'US_EAST_1', electableSpecs: { instanceSize: 'M10' } }];
    const made = newCluster(room, group, 'CLUSTER', name, { regions });
    const cluster: Cluster = { ...made, external: { sealedUri: room.vault.seal(uri, made._id) } };
    try {
      await transact(room.state, async (tx) => {
        await room.projects.hold(group.id, tx);
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

export const registerOperations = [registerCluster];
