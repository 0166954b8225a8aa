import { type Assignment, rolesByPlace } from '../../contract/roles.ts';
import type { Caller } from '../../kernel/operation.ts';
import type { AccessEntry } from '../api-access/questions.ts';

export interface ApiKey {
  _id: string;
  /** The organization the key lives and dies with. */
  orgId: string;
  publicKey: string;
  /** Sealed MD5(publicKey:realm:privateKey): all that Digest needs; the private key itself is kept nowhere. */
  sealedHa1: string;
  /** Last twelve digits of the private key, which Atlas shows behind a mask. */
  privateTail: string;
  desc: string;
  roles: Assignment[];
  accessList: AccessEntry[];
  /** `link` keys belong to a live migration link: never listed, good for the agent's calls alone. */
  kind: 'apiKey' | 'link';
  created: Date;
}

export const masked = (key: ApiKey): string => `********-****-****-${key.privateTail}`;

/** What the kernel learns of a key. */
export const callerOf = (key: ApiKey): Caller => ({
  kind: key.kind,
  id: key._id,
  name: key.publicKey,
  ...rolesByPlace(key.roles),
  accessList: key.accessList.map((it) => it.cidrBlock),
  ...(key.kind === 'link' ? { linkOrgId: key.orgId } : {}),
});
