import type { Clock } from '../../base/clock.ts';
import { fingerprint, type Vault } from '../../base/secrets.ts';
import { type State, transact } from '../../base/state.ts';
import { syncUsers } from '../../mongod/index.ts';
import type { EventQuestions } from '../events/questions.ts';
import { appliesTo, type DatabaseUser, mongodRoles } from './model.ts';
import type { UserStore } from './store.ts';

interface ClusterSeen {
  _id: string;
  groupId: string;
  name: string;
  status: { state: string };
  spec: { paused: boolean };
}

export interface UserControl {
  state: State;
  events: EventQuestions;
  projects: { place(groupId: string): Promise<{ orgId: string } | undefined> };
  users: UserStore;
  vault: Vault;
  clusters: {
    all(): Promise<ClusterSeen[]>;
    // biome-ignore lint/suspicious/noExplicitAny: the cluster room takes back what it gave
    adminUri(cluster: any): string;
  };
  clock: Clock;
}

/** Marks the users on a cluster that are this room's to change and to drop. */
const MARK = 'databaseUsers';

const printOf = (users: readonly DatabaseUser[]): string =>
  fingerprint(users.map((it) => `${it._id} ${it.revision} ${it.sealedPassword}`).join('\n'));

const wantedOn = (cluster: ClusterSeen, users: readonly DatabaseUser[]) =>
  users.filter((it) => appliesTo(it, cluster.name));

/** Brings the users of a project to every cluster of it; the key is the project. */
export function createUserControl(control: UserControl) {
  const { users, vault, clusters } = control;
  async function behind(groupId?: string) {
    const idle = (await clusters.all()).filter(
      (it) => it.status.state === 'IDLE' && !it.spec.paused && (groupId === undefined || it.groupId === groupId),
    );
    const seen = await Promise.all(
      idle.map(async (cluster) => {
        const wanted = wantedOn(cluster, await users.of(cluster.groupId));
        return { cluster, wanted, current: (await users.deployedOn(cluster._id)) === printOf(wanted) };
      }),
    );
    return seen.filter((it) => !it.current);
  }
  return {
    name: 'database users',
    async list(): Promise<string[]> {
      await removeExpired(control);
      return [...new Set((await behind()).map((it) => it.cluster.groupId))];
    },
    async reconcile(groupId: string): Promise<undefined> {
      for (const { cluster, wanted } of await behind(groupId)) {
        const asMongod = wanted.map((it) => ({
          user: it.username,
          password: vault.open(it.sealedPassword, it._id),
          roles: mongodRoles(it.roles),
        }));
        await syncUsers(clusters.adminUri(cluster), MARK, asMongod);
        await users.setDeployed(cluster._id, groupId, printOf(wanted));
      }
    },
  };
}

/** Users that were made for a time; clusters lose them with the next pass. */
async function removeExpired({ state, users, projects, events, clock }: UserControl): Promise<void> {
  for (const { _id, groupId, username } of await users.expired(clock.now())) {
    const place = await projects.place(groupId);
    await transact(state, async (tx) => {
      const gone = await users.remove(_id, tx);
      // Without its project nobody is left to be told.
      if (!gone || !place) return;
      await events.record({ type: 'MONGODB_USER_DELETED', orgId: place.orgId, groupId, dbUserUsername: username }, tx);
    });
  }
}
