import type { Logger } from 'pino';
import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import type { Doors } from './doors.ts';
import { type GrantType, grantTypes } from './model.ts';
import { closeSession, type SessionDeps } from './sessions.ts';

export interface AccessRoom extends SessionDeps {
  log: Logger;
  doors: Doors;
}

/**
 * Closes what a change of the grant has left without one, before the answer, so that whoever has it can rely on it. A
 * cluster that does not answer serves no session either; the controller goes on until its users are dropped.
 */
async function shut(room: AccessRoom, clusterId: string): Promise<void> {
  const { access, doors, log } = room;
  await doors.look(clusterId);
  const ending = await access.endingOn(clusterId);
  await Promise.all(
    ending.map((session) =>
      closeSession(room, session).catch((err) =>
        log.warn({ err, session: session._id }, 'a staff session could not be closed yet'),
      ),
    ),
  );
}

const GrantWire = Type.Object(
  {
    grantType: Type.Enum([...grantTypes]),
    expirationTime: Type.String({ format: 'date-time' }),
    // Clients that send back what they read include them.
    links: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

/** A time that has passed is kept as it is: Atlas takes it, shows it and grants nothing by it. */
export const grantEmployeeAccess = operation<
  AccessRoom,
  { grantType: GrantType; expirationTime: Date },
  void,
  'CLUSTER_NOT_FOUND'
>({
  id: 'grantGroupClusterMongoDbEmployeeAccess',
  route: 'POST /groups/{groupId}/clusters/{clusterName}:grantMongoDBEmployeeAccess',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_SUPPORT_ACCESS_MANAGER'],
  fails: ['CLUSTER_NOT_FOUND'],
  versions: {
    '2024-08-05': {
      body: GrantWire,
      status: 204,
      read: ({ grantType, expirationTime }) => ({ grantType, expirationTime: new Date(expirationTime) }),
    },
  },
  async run({ group, path, wanted, caller, note, fail }, room) {
    const { state, access, clusters, clock } = room;
    const cluster = await clusters.find(group.id, path.clusterName!);
    if (!cluster) throw fail('CLUSTER_NOT_FOUND', path.clusterName!, group.id);
    await transact(state, async (tx) => {
      await clusters.hold(cluster._id, tx);
      const about = { groupId: group.id, grantedBy: caller.name, grantedAt: clock.now(), uses: 0 };
      const grant = { _id: cluster._id, ...about, ...wanted };
      await access.putGrant(grant, tx);
      await access.endBeyond(grant, tx);
      await note({ type: 'EMPLOYEE_ACCESS_GRANTED', clusterName: cluster.name }, tx);
    });
    await shut(room, cluster._id);
  },
});

export const revokeEmployeeAccess = operation<AccessRoom, unknown, void, 'CLUSTER_NOT_FOUND'>({
  id: 'revokeGroupClusterMongoDbEmployeeAccess',
  route: 'POST /groups/{groupId}/clusters/{clusterName}:revokeMongoDBEmployeeAccess',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_SUPPORT_ACCESS_MANAGER'],
  fails: ['CLUSTER_NOT_FOUND'],
  versions: { '2024-08-05': { status: 204 } },
  async run({ group, path, note, fail }, room) {
    const { state, access, clusters } = room;
    const cluster = await clusters.find(group.id, path.clusterName!);
    if (!cluster) throw fail('CLUSTER_NOT_FOUND', path.clusterName!, group.id);
    await transact(state, async (tx) => {
      // Revoking what is not granted is a success for Atlas's clients, but nothing happens.
      if (await access.revoke(cluster._id, tx))
        await note({ type: 'EMPLOYEE_ACCESS_REVOKED', clusterName: cluster.name }, tx);
    });
    await shut(room, cluster._id);
  },
});

export const accessOperations = [grantEmployeeAccess, revokeEmployeeAccess];
