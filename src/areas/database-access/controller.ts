import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';
import type { NameParts } from '../../base/countersign.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import type { NewEvent, PlacedEvent } from '../../kernel/operation.ts';
import {
  type Clients,
  dropOwned,
  type ManagedAccess,
  type ManagedRole,
  type ManagedUser,
  managedAccessPrint,
  marks,
  syncManagedAccess,
} from '../../mongod/index.ts';
import { type Cluster, type ClusterQuestions, isUp } from '../clusters/questions.ts';
import type { DeploymentStore } from './store.ts';

interface UserSeen extends Omit<ManagedUser, 'clientSource'> {
  x509Type?: 'MANAGED' | 'CUSTOMER';
  /** Of the certificates that are issued to the user here. */
  subject?: NameParts;
}

interface Expiring {
  expiredIn(now: Date): Promise<string[]>;
  /** What there is to tell of it comes back. */
  removeExpired(groupId: string, now: Date, tx: Tx): Promise<NewEvent[]>;
}

export interface DeploymentControl {
  state: State;
  deployment: DeploymentStore;
  users: Expiring & {
    mongodUsersOf(
      groupId: string,
      clusterName: string,
      now: Date,
    ): Promise<{ users: UserSeen[]; roles: ManagedRole[]; until?: Date }>;
  };
  customRoles: { mongodRolesOf(groupId: string, version: string): Promise<ManagedRole[]> };
  accessList: Expiring & {
    sourcesOf(groupId: string, now: Date): Promise<{ sources: readonly string[]; until?: Date }>;
  };
  certificates: {
    trustOf(
      groupId: string,
      managed: readonly NameParts[],
    ): Promise<{ pem(): Promise<string>; print: string; customerPrint?: string } | undefined>;
  };
  clusters: Pick<ClusterQuestions, 'all' | 'findById' | 'adminUri' | 'ownerOf' | 'trust'>;
  projects: { place(groupId: string): Promise<{ orgId: string } | undefined> };
  events: { record(event: PlacedEvent, tx: Tx): Promise<void> };
  clients: Clients;
  clock: Clock;
  log: Logger;
}

/** How often a cluster is looked at for changes made by hand. */
const LOOK_MS = 5_000;
const TIMER_MOST_MS = 2_147_483_647;

async function wantedOn(control: DeploymentControl, cluster: Cluster, now: Date) {
  const { groupId, name, status } = cluster;
  const [of, list, custom] = await Promise.all([
    control.users.mongodUsersOf(groupId, name, now),
    control.accessList.sourcesOf(groupId, now),
    control.customRoles.mongodRolesOf(groupId, status.mongoDBVersion ?? ''),
  ]);
  const managed = of.users.flatMap(({ subject }) => (subject ? [subject] : []));
  const trust = await control.certificates.trustOf(groupId, managed);
  const ends = [of.until, list.until].filter((it) => it !== undefined).map((it) => it.getTime() - now.getTime());
  const users = of.users
    // Without an authority of the customer's there is nothing by which they could log in, and open sessions end.
    .filter((it) => it.x509Type !== 'CUSTOMER' || trust?.customerPrint)
    .map(({ x509Type, subject: _subject, ...it }) => ({
      ...it,
      passwordPrint: x509Type === 'CUSTOMER' ? trust!.customerPrint! : it.passwordPrint,
      clientSource: list.sources,
    }));
  return { users, roles: [...custom, ...of.roles], trust, endsIn: Math.min(...ends, TIMER_MOST_MS) };
}

/**
 * Brings users, roles and addresses of a project to each of its clusters, and back when somebody changed them there by
 * hand. The key is the cluster: one that does not answer holds up no other.
 */
export function createDeploymentControl(control: DeploymentControl) {
  const { state, deployment, users, accessList, clusters, projects, events, clients, clock, log } = control;

  /** When something of a cluster's project expires next, by the cluster's id; unknown before its first pass. */
  const ends = new Map<string, number>();

  /** What has expired goes, and the clusters of its project must take that over. */
  async function expire(): Promise<void> {
    const now = clock.now();
    const groupIds = await Promise.all([users.expiredIn(now), accessList.expiredIn(now)]);
    for (const groupId of new Set(groupIds.flat()))
      await transact(state, async (tx) => {
        const told = [
          ...(await users.removeExpired(groupId, now, tx)),
          ...(await accessList.removeExpired(groupId, now, tx)),
        ];
        const place = await projects.place(groupId);
        // Without its project nobody is left to be told.
        for (const it of place ? told : []) await events.record({ ...it, orgId: place!.orgId, groupId }, tx);
        await deployment.raise(groupId, tx);
      });
  }

  async function stays(clusterId: string): Promise<boolean> {
    const cluster = await clusters.findById(clusterId);
    return cluster !== null && !cluster.deleting;
  }

  return {
    name: 'database access',
    async list(): Promise<string[]> {
      await expire();
      const up = (await clusters.all()).filter(isUp);
      // Asked of all at once: most clusters of an installation may have nothing to take over, and rest.
      const [revisions, deployed] = await Promise.all([
        deployment.revisions(up.map((it) => it.groupId)),
        deployment.deployed(up.map((it) => it._id)),
      ]);
      return up.filter((it) => revisions.has(it.groupId) || deployed.has(it._id)).map((it) => it._id);
    },
    async reconcile(clusterId: string): Promise<{ again?: number } | undefined> {
      const cluster = await clusters.findById(clusterId);
      // Forgotten at every pass: one that does not reach its end asks again.
      const end = ends.get(clusterId) ?? 0;
      ends.delete(clusterId);
      // What a pass that came too late has noted of it goes with the next one.
      if (!cluster) await deployment.clearCluster(clusterId);
      if (!cluster || !isUp(cluster)) return undefined;
      const { groupId } = cluster;
      const at = clock.now();
      if (end <= at.getTime()) await expire();
      // Before what is wanted is read: what changes in between is then taken over by the next pass.
      const revision = await deployment.revisionOf(groupId);
      const before = await deployment.deployedOn(clusterId);
      if (!revision && !before) return undefined;
      const { trust, ...wanted } = await wantedOn(control, cluster, at);
      if (trust && before?.trust !== trust.print) {
        // Its members are another installation's to tell, which does the rest as well.
        if (!(await clusters.trust(cluster, await trust.pem()))) return { again: LOOK_MS };
        await deployment.setTrust(clusterId, groupId, trust.print);
      }
      const roleNames = wanted.roles.map((it) => it.role);
      const access: ManagedAccess = {
        ...{ owner: clusters.ownerOf(cluster, marks.databaseUsers), ...wanted },
        oldRoles: before?.roles ?? [],
      };
      const uri = clusters.adminUri(cluster);
      const print =
        before?.print === undefined ? undefined : await clients.with(uri, (it) => managedAccessPrint(it, access));
      const drifted = print !== before?.print;
      if (drifted || before?.revision !== revision) {
        await deployment.noteRoles(clusterId, groupId, roleNames);
        const now = await clients.with(uri, (it) => syncManagedAccess(it, access, drifted));
        if (!(await stays(clusterId))) {
          // A registered set goes on when its cluster is gone, and so would what came too late to be taken along.
          if (access.owner.shared) await clients.with(uri, (it) => dropOwned(it, clusterId));
          await deployment.clearCluster(clusterId);
          return undefined;
        }
        if (now.foreign.length && now.foreign.join() !== before?.foreign?.join())
          log.warn({ clusterId, foreign: now.foreign }, 'users and roles of others have names that the project uses');
        await deployment.setDeployed(clusterId, { revision, roles: roleNames, ...now });
      }
      ends.set(clusterId, at.getTime() + wanted.endsIn);
      return { again: Math.min(wanted.endsIn, LOOK_MS) };
    },
  };
}
