import type { GroupRole, OrgRole } from '../../contract/roles.ts';
import type { Caller } from '../../kernel/operation.ts';

/** A role in exactly one organization or project. */
export type Assignment =
  | { orgId: string; groupId?: undefined; roleName: OrgRole }
  | { groupId: string; orgId?: undefined; roleName: GroupRole };

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
  accessList: string[];
  /** `link` keys belong to a live migration link: never listed, good for the agent's calls alone. */
  kind: 'apiKey' | 'link';
  created: Date;
}

export const masked = (key: ApiKey): string => `********-****-****-${key.privateTail}`;

/** What the kernel learns of a key. */
export function callerOf(key: ApiKey): Caller {
  const orgRoles: Record<string, OrgRole[]> = {};
  const groupRoles: Record<string, GroupRole[]> = {};
  for (const it of key.roles) {
    if (it.orgId !== undefined) {
      orgRoles[it.orgId] ??= [];
      orgRoles[it.orgId]!.push(it.roleName);
    } else {
      groupRoles[it.groupId] ??= [];
      groupRoles[it.groupId]!.push(it.roleName);
    }
  }
  return {
    kind: key.kind,
    id: key._id,
    name: key.publicKey,
    orgRoles,
    groupRoles,
    accessList: key.accessList,
    ...(key.kind === 'link' ? { linkOrgId: key.orgId } : {}),
  };
}
