import { isDuplicateKey } from '../../base/driver-errors.ts';
import { finder, type State, type Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import { NONCE_MEMORY_MS } from '../../kernel/digest.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import { createListStore } from '../api-access/questions.ts';
import type { ApiKey } from './model.ts';

interface UsedNonce {
  _id: string;
  at: Date;
}

/** The only code that touches the collections `apiKeys` and `digestNonces`. */
export function createKeyStore(state: State) {
  const keys = state.db.collection<ApiKey>('apiKeys');
  // A lost claim opens a replay of minutes, which is less bad than waiting for the disk at each new nonce.
  const nonces = state.db.collection<UsedNonce>('digestNonces', { writeConcern: { w: 1 } });
  const listed = (orgId: string) => ({ orgId, kind: 'apiKey' as const });
  const page = async (filter: object, { skip, itemsPerPage }: Paging): Promise<Page<ApiKey>> => {
    const [items, total] = await Promise.all([
      keys.find(filter).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
      keys.countDocuments(filter),
    ]);
    return { items, total };
  };
  return {
    async prepare(): Promise<void> {
      await keys.createIndex({ publicKey: 1 }, { unique: true });
      await keys.createIndex({ orgId: 1 });
      await keys.createIndex({ 'roles.groupId': 1 });
      await nonces.createIndex({ at: 1 }, { expireAfterSeconds: NONCE_MEMORY_MS / 1_000 });
    },
    /** False when the nonce was claimed before. */
    async claimNonce(nonce: string, at: Date): Promise<boolean> {
      try {
        await nonces.insertOne({ _id: nonce, at });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    lists: createListStore(state, 'apiKeys'),
    insert: (key: ApiKey, tx?: Tx) => keys.insertOne(key, { session: tx }),
    byPublicKey: finder(keys, 'publicKey'),
    find: (orgId: string, id: string, tx?: Tx) => keys.findOne({ _id: id, ...listed(orgId) }, { session: tx }),
    findInGroup: (groupId: string, id: string, tx?: Tx) =>
      keys.findOne({ _id: id, kind: 'apiKey', 'roles.groupId': groupId }, { session: tx }),
    countIn: (orgId: string, tx: Tx) => keys.countDocuments(listed(orgId), { session: tx }),
    list: (orgId: string, paging: Paging) => page(listed(orgId), paging),
    listInGroup: (groupId: string, paging: Paging) => page({ kind: 'apiKey', 'roles.groupId': groupId }, paging),
    update: (orgId: string, id: string, change: Partial<Pick<ApiKey, 'desc' | 'roles'>>, tx: Tx) =>
      keys.findOneAndUpdate(
        { _id: id, ...listed(orgId) },
        // An empty change is still an answer with the key.
        Object.keys(change).length ? { $set: change } : { $unset: { nothing: '' } },
        { returnDocument: 'after', session: tx },
      ),
    addRole: (id: string, role: Assignment, tx?: Tx) =>
      keys.updateOne({ _id: id }, { $addToSet: { roles: role } }, { session: tx }),
    remove: (orgId: string, id: string, tx: Tx) =>
      keys.findOneAndDelete({ _id: id, ...listed(orgId) }, { session: tx }),
    removeById: (id: string, tx?: Tx) => keys.findOneAndDelete({ _id: id }, { session: tx }),
    /** The organization goes: its own keys with it, and its roles from keys that live elsewhere. */
    async clearOrg(orgId: string, tx: Tx): Promise<void> {
      await keys.deleteMany({ orgId }, { session: tx });
      await keys.updateMany({ 'roles.orgId': orgId }, { $pull: { roles: { orgId } as Assignment } }, { session: tx });
    },
    clearGroup: (groupId: string, tx: Tx) =>
      keys.updateMany({ 'roles.groupId': groupId }, { $pull: { roles: { groupId } as Assignment } }, { session: tx }),
  };
}

export type KeyStore = ReturnType<typeof createKeyStore>;
