import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import type { Clock } from '../../base/clock.ts';
import { newId, newSecret } from '../../base/ids.ts';
import { type State, transact } from '../../base/state.ts';
import type { EventType } from '../../contract/event-types.ts';
import { fail } from '../../kernel/failure.ts';
import type { Call } from '../../kernel/operation.ts';
import { type Clients, dropUserBy, ensureRole, ensureUser, marks } from '../../mongod/index.ts';
import type { Cluster, ClusterQuestions } from '../clusters/questions.ts';
import {
  isCurrent,
  isSyncDatabase,
  privilegesOf,
  rolesOf,
  type StaffSession,
  sessionEnd,
  sessionUser,
} from './model.ts';
import type { AccessStore } from './store.ts';

/** What staff access asks of the clusters. */
export type StaffedClusters = Pick<
  ClusterQuestions,
  'find' | 'findById' | 'all' | 'hold' | 'adminUri' | 'uriFor' | 'ownerOf' | 'logFiles' | 'restart'
>;

export interface SessionDeps {
  state: State;
  access: AccessStore;
  clusters: StaffedClusters;
  clients: Clients;
  clock: Clock;
}

/** Sessions of staff are told to the customer under the nearest of Atlas's names. */
export const sessionEvent = <T extends EventType>(type: T, { orgId, groupId, name }: Cluster) => ({
  ...{ type, orgId, groupId },
  clusterName: name,
});

export interface OpenedSession {
  session: StaffSession;
  uri: string;
}

/**
 * Opens a database session for a member of staff under the cluster's grant. The session is written, together with a
 * use of the grant, before the database user is made: a revocation at any moment either prevents it or sees it.
 */
export async function openSession(
  deps: SessionDeps,
  { caller, note }: Pick<Call<unknown>, 'caller' | 'note'>,
  cluster: Cluster,
): Promise<OpenedSession> {
  const { state, access, clusters, clients, clock } = deps;
  const session = await transact(state, async (tx) => {
    const now = clock.now();
    const grant = await access.use(cluster._id, tx);
    if (!isCurrent(grant, now)) throw fail('EMPLOYEE_ACCESS_NOT_GRANTED', cluster.name);
    const _id = newId();
    const expiresAt = sessionEnd(grant, now);
    const { grantType } = grant;
    const about = { staff: caller.id, clusterId: cluster._id, grantType, username: sessionUser(_id) };
    const opened: StaffSession = { _id, ...about, created: now, expiresAt, opening: true };
    await access.insertSession(opened, tx);
    await note(sessionEvent('SSH_KEY_NDS_HOST_ACCESS_GRANTED', cluster), tx);
    return opened;
  });
  try {
    const admin = clusters.adminUri(cluster);
    const password = newSecret();
    const { databases } = await clients.with(admin, (it) => it.db('admin').admin().listDatabases({ nameOnly: true }));
    const owner = clusters.ownerOf(cluster, marks.staffSessions);
    const roles = rolesOf(session.grantType, databases.map((it) => it.name).filter(isSyncDatabase));
    for (const { role } of roles) if (privilegesOf[role]) await ensureRole(admin, role, privilegesOf[role], owner);
    await ensureUser(admin, { user: session.username, password, roles, owner });
    // A credential that was deleted before the session was written did not see it.
    if (!(await access.opened(session._id)) || !(await access.staff(caller.id)))
      throw fail('EMPLOYEE_ACCESS_NOT_GRANTED', cluster.name);
    return { session, uri: clusters.uriFor(cluster, session.username, password) };
  } catch (error) {
    await access.abandon(session._id);
    // It does not answer, or no longer: what could not be taken back is swept up when it does.
    if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
      throw fail('RESOURCE_NOT_FOUND', `primary of cluster ${cluster.name} that answers`);
    await closeSession(deps, session, cluster);
    throw error;
  }
}

/** Drops the database user, at which its open connections lose their rights, and forgets the session. */
export async function closeSession(
  { access, clusters, clients, clock }: SessionDeps,
  session: StaffSession,
  known?: Cluster,
): Promise<boolean> {
  // A registered set goes on when its cluster is gone, and so would the user.
  const cluster = known ?? (await clusters.findById(session.clusterId));
  if (cluster) await clients.with(clusters.adminUri(cluster), (it) => dropUserBy(it, session.username));
  return access.forget(session._id, clock.now());
}

/** Takes away what has expired and what a revocation could not reach at once. */
export function createAccessControl(deps: SessionDeps) {
  const { access, clock } = deps;
  return {
    name: 'staff sessions',
    list: () => access.due(clock.now()),
    async reconcile(id: string): Promise<{ again?: number } | undefined> {
      const session = await access.session(id);
      if (!session) return undefined;
      const left = session.expiresAt.getTime() - clock.now().getTime();
      // To the moment, and not at the next look around; a timer takes at most 2^31 ms.
      if (!session.ending && left > 0) return { again: Math.min(left, 2_147_483_647) };
      await access.endSession(id);
      return (await closeSession(deps, session)) ? undefined : { again: 1_000 };
    },
  };
}
