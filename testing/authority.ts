import { type Authority, ownIssuer } from '../src/base/authority.ts';
import type { Vault } from '../src/base/secrets.ts';

/** An installation's own authority, trusted by itself alone. */
export async function openAuthority(caFile: string, keyFile: string, vault: Vault): Promise<Authority> {
  return { ...(await ownIssuer(caFile, keyFile, vault)), caFile };
}
