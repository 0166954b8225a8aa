import { finder, insertLast, type State, type Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import { createListStore } from '../api-access/questions.ts';
import { type AccountSecret, MAX_SECRETS, type ServiceAccount } from './model.ts';

interface RevokedToken {
  _id: string;
  expires: Date;
}

/** The only code that touches the collections `serviceAccounts` and `revokedTokens`. */
export function createAccountStore(state: State) {
  const accounts = state.db.collection<ServiceAccount>('serviceAccounts');
  const revoked = state.db.collection<RevokedToken>('revokedTokens');
  const page = async (filter: object, { skip, itemsPerPage }: Paging): Promise<Page<ServiceAccount>> => {
    const [items, total] = await Promise.all([
      accounts.find(filter).sort({ createdAt: 1, _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
      accounts.countDocuments(filter),
    ]);
    return { items, total };
  };
  return {
    async prepare(): Promise<void> {
      await accounts.createIndex({ orgId: 1 });
      await accounts.createIndex({ 'roles.groupId': 1 });
      // A token that has ended by itself needs no entry any more.
      await revoked.createIndex({ expires: 1 }, { expireAfterSeconds: 60 });
    },
    lists: createListStore(state, 'serviceAccounts'),
    insert: (account: ServiceAccount, tx: Tx): void => insertLast(accounts, account, tx),
    byId: finder(accounts),
    find: (orgId: string, clientId: string, tx?: Tx) => accounts.findOne({ _id: clientId, orgId }, { session: tx }),
    findInGroup: (groupId: string, clientId: string, tx?: Tx) =>
      accounts.findOne({ _id: clientId, 'roles.groupId': groupId }, { session: tx }),
    list: (orgId: string, paging: Paging) => page({ orgId }, paging),
    listInGroup: (groupId: string, paging: Paging) => page({ 'roles.groupId': groupId }, paging),
    update: (
      orgId: string,
      clientId: string,
      change: Partial<Pick<ServiceAccount, 'name' | 'description' | 'roles'>>,
      tx: Tx,
    ) =>
      accounts.findOneAndUpdate(
        { _id: clientId, orgId },
        // An empty change is still an answer with the account.
        Object.keys(change).length ? { $set: change } : { $unset: { nothing: '' } },
        { returnDocument: 'after', session: tx },
      ),
    async remove(orgId: string, clientId: string, tx: Tx): Promise<boolean> {
      return (await accounts.deleteOne({ _id: clientId, orgId }, { session: tx })).deletedCount === 1;
    },
    /** Null when the account is gone or has all the secrets it may have. */
    addSecret: (orgId: string, clientId: string, secret: AccountSecret, tx: Tx) =>
      accounts.findOneAndUpdate(
        { _id: clientId, orgId, [`secrets.${MAX_SECRETS - 1}`]: { $exists: false } },
        { $push: { secrets: secret } },
        { returnDocument: 'after', session: tx },
      ),
    async removeSecret(orgId: string, clientId: string, id: string, tx: Tx): Promise<boolean> {
      const filter = { _id: clientId, orgId, 'secrets.id': id };
      return (await accounts.updateOne(filter, { $pull: { secrets: { id } } }, { session: tx })).matchedCount === 1;
    },
    used: (clientId: string, id: string, at: Date) =>
      accounts.updateOne({ _id: clientId, 'secrets.id': id }, { $set: { 'secrets.$.lastUsedAt': at } }),
    addRole: (clientId: string, role: Assignment, tx?: Tx) =>
      accounts.updateOne({ _id: clientId }, { $addToSet: { roles: role } }, { session: tx }),
    /** The organization goes: its own accounts with it, and its roles from accounts that live elsewhere. */
    async clearOrg(orgId: string, tx: Tx): Promise<void> {
      const pull = { $pull: { roles: { orgId } as Assignment } };
      await accounts.deleteMany({ orgId }, { session: tx });
      await accounts.updateMany({ 'roles.orgId': orgId }, pull, { session: tx });
    },
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      const pull = { $pull: { roles: { groupId } as Assignment } };
      await accounts.updateMany({ 'roles.groupId': groupId }, pull, { session: tx });
    },
    revocation: finder(revoked),
    async revoke(tokenId: string, expires: Date): Promise<void> {
      await revoked.updateOne({ _id: tokenId }, { $set: { expires } }, { upsert: true });
    },
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
