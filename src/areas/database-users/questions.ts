import { fingerprint, type Vault } from '../../base/secrets.ts';
import type { Leaving, Tx } from '../../base/state.ts';
import type { NewEvent } from '../../kernel/operation.ts';
import { appliesTo, canLogIn, collectionRoles, nameInMongod, rolesInMongod, subjectOf, userId } from './model.ts';
import type { UserStore } from './store.ts';

/** What other rooms may ask of the database users. */
export const createUserQuestions = (store: UserStore, vault: Vault) => ({
  /** The users of a cluster and the roles made for them, as mongod has them, and when that changes by itself. */
  async mongodUsersOf(groupId: string, clusterName: string, now: Date) {
    const users = (await store.of(groupId, now)).filter((it) => canLogIn(it) && appliesTo(it, clusterName));
    const ends = users.map((it) => it.deleteAfterDate).filter((it) => it !== undefined);
    return {
      users: users.map((it) => ({
        db: it.databaseName,
        user: nameInMongod(it),
        password: it.sealedPassword && vault.open(it.sealedPassword, it._id),
        passwordPrint: it.sealedPassword ? fingerprint(it.sealedPassword) : '',
        roles: rolesInMongod(it.roles),
        x509Type: it.auth?.type as 'MANAGED' | 'CUSTOMER' | undefined,
        subject: it.auth?.type === 'MANAGED' ? subjectOf(it.username).parts : undefined,
      })),
      roles: collectionRoles(users.flatMap((it) => it.roles)),
      until: ends.sort((a, b) => a.getTime() - b.getTime())[0],
    };
  },
  /** The subject of a user's certificate: undefined without the user, empty when it is none with managed certificates. */
  async certifiable(groupId: string, username: string, now: Date, tx?: Tx) {
    const external = await store.find(userId(groupId, '$external', username), now, tx);
    if (external?.auth?.kind === 'x509Type' && external.auth.type === 'MANAGED')
      return { subject: subjectOf(username) };
    return external || (await store.find(userId(groupId, 'admin', username), now, tx)) ? {} : undefined;
  },
  /** Takes a custom role from all who have it. The names of those whose only role it is come back, and keep it. */
  async takeRole(groupId: string, roleName: string, tx: Tx): Promise<string[]> {
    const having = (await store.of(groupId, new Date(0), tx)).filter((it) =>
      it.roles.some((role) => role.roleName === roleName),
    );
    const bare: string[] = [];
    for (const user of having) {
      const roles = user.roles.filter((it) => it.roleName !== roleName);
      if (roles.length) await store.put({ ...user, roles }, tx);
      else bare.push(user.username);
    }
    return bare;
  },
  expiredIn: store.expiredIn,
  /** What there is to tell of it comes back. */
  async removeExpired(groupId: string, now: Date, tx: Tx): Promise<NewEvent[]> {
    const gone = await store.expired(groupId, now, tx);
    for (const { _id } of gone) await store.remove(_id, tx);
    return gone.map(({ username }) => ({ type: 'MONGODB_USER_DELETED', dbUserUsername: username }));
  },
});

export const createUserLeaving = (store: UserStore): Leaving => ({
  clearGroup: async (groupId, tx) => void (await store.clearGroup(groupId, tx)),
});
