import type { Clock } from '../../base/clock.ts';
import { newId, newPrivateKey, newPublicKey } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import type { Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import { digestHa1 } from '../../kernel/digest.ts';
import type { Caller } from '../../kernel/operation.ts';
import { newEntry } from '../api-access/questions.ts';
import { type ApiKey, callerOf } from './model.ts';
import type { KeyStore } from './store.ts';

export interface NewKey {
  desc: string;
  roles: Assignment[];
  /** Addresses or blocks, checked. */
  accessList?: string[];
  kind?: ApiKey['kind'];
}

/** A key and, for this once, its private half in clear. */
export interface MadeKey {
  key: ApiKey;
  privateKey: string;
}

/** What other rooms may ask of the keys. */
export function createKeyQuestions(store: KeyStore, vault: Vault, clock: Clock) {
  return {
    async digestUser(publicKey: string): Promise<{ ha1: string; caller: Caller } | undefined> {
      const key = await store.byPublicKey(publicKey);
      return key ? { ha1: vault.open(key.sealedHa1, publicKey), caller: callerOf(key) } : undefined;
    },
    async createIn(orgId: string, wanted: NewKey, tx?: Tx): Promise<MadeKey> {
      const [publicKey, privateKey] = [newPublicKey(), newPrivateKey()];
      const key: ApiKey = {
        _id: newId(),
        orgId,
        publicKey,
        sealedHa1: vault.seal(digestHa1(publicKey, privateKey), publicKey),
        privateTail: privateKey.slice(-12),
        desc: wanted.desc,
        roles: wanted.roles,
        accessList: (wanted.accessList ?? []).map((it) => newEntry(it, clock.now())),
        kind: wanted.kind ?? 'apiKey',
        created: clock.now(),
      };
      await store.insert(key, tx);
      return { key, privateKey };
    },
    claimNonce: (nonce: string): Promise<boolean> => store.claimNonce(nonce, clock.now()),
    addRole: store.addRole,
    remove: store.removeById,
  };
}

export type KeyQuestions = ReturnType<typeof createKeyQuestions>;
