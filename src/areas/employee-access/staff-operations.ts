import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import type { Cluster } from '../clusters/questions.ts';
import { credentialOperations } from './credential-operations.ts';
import { hostOperations } from './host-operations.ts';
import { type LookFail, lookFails, type StaffRoom } from './looking.ts';
import { type Grant, isCurrent, mayReadLogs } from './model.ts';
import { readingOperations } from './reading-operations.ts';
import { closeSession, type OpenedSession, openSession, sessionEvent } from './sessions.ts';

interface Visible {
  cluster: Cluster;
  grant?: Grant;
  members: string[];
}

export const listStaffClusters = operation<StaffRoom, unknown, Visible[]>({
  id: 'listStaffClusters',
  surface: 'telamon',
  route: 'GET /staff/clusters',
  inside: 'staff',
  roles: [],
  fails: [],
  list: 'bare',
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        ...{ id: Type.String(), name: Type.String(), groupId: Type.String() },
        members: Type.Array(Type.String()),
        ...sometimes(Type.String(), 'expirationTime', 'grantType'),
      }),
      status: 200,
      write: ({ cluster, grant, members }) => ({
        id: cluster._id,
        name: cluster.name,
        groupId: cluster.groupId,
        members,
        grantType: grant?.grantType,
        expirationTime: grant && wireInstant(grant.expirationTime),
      }),
    },
  },
  async run(_call, { access, orgs, clusters, clock }) {
    const all = await clusters.all();
    const orgIds = [...new Set(all.map((it) => it.orgId))];
    const [grants, restricted] = await Promise.all([
      access.grants(all.map((it) => it._id)),
      Promise.all(orgIds.map((it) => orgs.restrictEmployeeAccess(it))),
    ]);
    const granted = new Map(grants.map((it) => [it._id, it]));
    const restricts = new Map(orgIds.map((id, n) => [id, restricted[n]!]));
    const now = clock.now();
    return all
      .filter((it) => mayReadLogs(granted.get(it._id), restricts.get(it.orgId)!, now))
      .map((cluster) => {
        const grant = granted.get(cluster._id);
        const members = clusters.logFiles(cluster).map((it) => it.member);
        return { cluster, grant: isCurrent(grant, now) ? grant : undefined, members };
      });
  },
});

export const openStaffSession = operation<StaffRoom, unknown, OpenedSession, LookFail>({
  id: 'openStaffSession',
  surface: 'telamon',
  route: 'POST /staff/clusters/{clusterId}/sessions',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  versions: {
    '2023-01-01': {
      reply: Type.Object({ id: Type.String(), username: Type.String(), uri: Type.String(), expiresAt: Type.String() }),
      status: 201,
      write: ({ session, uri }) => ({
        id: session._id,
        username: session.username,
        uri,
        expiresAt: wireInstant(session.expiresAt),
      }),
    },
  },
  async run(call, room) {
    const { path, fail } = call;
    const cluster = await room.clusters.findById(path.clusterId!);
    if (!cluster) throw fail('RESOURCE_NOT_FOUND', `cluster ${path.clusterId}`);
    return openSession(room, call, cluster);
  },
});

export const closeStaffSession = operation<StaffRoom, unknown, void, 'RESOURCE_NOT_FOUND'>({
  id: 'closeStaffSession',
  surface: 'telamon',
  route: 'DELETE /staff/sessions/{sessionId}',
  inside: 'staff',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ path, caller, note, fail }, room) {
    const session = await room.access.session(path.sessionId!);
    if (session?.staff !== caller.id) throw fail('RESOURCE_NOT_FOUND', `session ${path.sessionId}`);
    const cluster = await room.clusters.findById(session.clusterId);
    await transact(room.state, async (tx) => {
      await room.access.endSession(session._id, tx);
      if (cluster) await note(sessionEvent('HOST_SSH_SESSION_ENDED', cluster), tx);
    });
    await closeSession(room, session);
  },
});

export const staffOperations = [
  ...credentialOperations,
  listStaffClusters,
  ...readingOperations,
  openStaffSession,
  closeStaffSession,
  ...hostOperations,
];
