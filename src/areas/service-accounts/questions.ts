import type { Clock } from '../../base/clock.ts';
import { newId, newSecret } from '../../base/ids.ts';
import { fingerprint, sameText } from '../../base/secrets.ts';
import type { Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import type { Caller } from '../../kernel/operation.ts';
import { type AccountSecret, callerOf, maskSecret, type ServiceAccount } from './model.ts';
import type { AccountStore } from './store.ts';

/** The shape of an account on the wire, for rooms that create one along with something else. */
export { AccountReply, NewAccountWire, writeAccount } from './wire.ts';

export interface NewAccount {
  name: string;
  description: string;
  roles: Assignment[];
  secretExpiresAfterHours: number;
}

/** An account or one more secret of it and, for this once, the secret in clear. */
export interface MadeAccount {
  account: ServiceAccount;
  secret: string;
}

/** What other rooms and the kernel may ask of the service accounts. */
export function createAccountQuestions(store: AccountStore, clock: Clock) {
  const makeSecret = (hours: number): { secret: string; record: AccountSecret } => {
    const secret = `mdb_sa_sk_${newSecret(32)}`;
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + hours * 3_600_000);
    return {
      secret,
      record: { id: newId(), fingerprint: fingerprint(secret), masked: maskSecret(secret), createdAt, expiresAt },
    };
  };
  const alive = (account: ServiceAccount | undefined): Caller | undefined =>
    account?.secrets.some((it) => it.expiresAt > clock.now()) ? callerOf(account) : undefined;
  return {
    makeSecret,
    createIn(orgId: string, wanted: NewAccount, tx: Tx): MadeAccount {
      const { secret, record } = makeSecret(wanted.secretExpiresAfterHours);
      const account: ServiceAccount = {
        _id: `mdb_sa_id_${newId()}`,
        orgId,
        name: wanted.name,
        description: wanted.description,
        roles: wanted.roles,
        secrets: [record],
        accessList: [],
        createdAt: clock.now(),
      };
      store.insert(account, tx);
      return { account, secret };
    },
    async clientBySecret(clientId: string, secret: string): Promise<Caller | undefined> {
      const account = await store.byId(clientId);
      const print = fingerprint(secret);
      const used = account?.secrets.filter((it) => sameText(it.fingerprint, print) && it.expiresAt > clock.now())[0];
      if (!account || !used) return undefined;
      await store.used(clientId, used.id, clock.now());
      return callerOf(account);
    },
    /** A token is worth nothing once its account has no living secret. */
    clientById: async (clientId: string): Promise<Caller | undefined> => alive(await store.byId(clientId)),
    addRole: store.addRole,
    isRevoked: async (tokenId: string): Promise<boolean> => (await store.revocation(tokenId)) !== undefined,
    revoke: store.revoke,
  };
}

export type AccountQuestions = ReturnType<typeof createAccountQuestions>;
