import { type Assignment, rolesByPlace } from '../../contract/roles.ts';
import type { Caller } from '../../kernel/operation.ts';
import type { AccessEntry } from '../api-access/questions.ts';

export interface AccountSecret {
  id: string;
  /** SHA-256; the secret has 256 bits of entropy of its own. */
  fingerprint: string;
  masked: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt?: Date;
}

export interface ServiceAccount {
  /** The client id, `mdb_sa_id_<24 hex digits>`. */
  _id: string;
  /** The organization the account lives and dies with. */
  orgId: string;
  name: string;
  description: string;
  roles: Assignment[];
  secrets: AccountSecret[];
  accessList: AccessEntry[];
  createdAt: Date;
}

/** One to use and one to roll over to. */
export const MAX_SECRETS = 2;

/** Hours a secret may live, unless its organization says less; source: the published interface. */
export const SECRET_HOURS = { minimum: 8, maximum: 8760 };

export const maskSecret = (secret: string): string => `mdb_sa_sk_...${secret.slice(-4)}`;

/** What the kernel learns of an account. */
export const callerOf = (account: ServiceAccount): Caller => ({
  kind: 'serviceAccount',
  id: account._id,
  name: account._id,
  ...rolesByPlace(account.roles),
  accessList: account.accessList.map((it) => it.cidrBlock),
});
