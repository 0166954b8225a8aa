import { createReplayGuard, digestMatches, type Nonces, parseDigest, REALM } from './digest.ts';
import type { Caller, Directory } from './operation.ts';
import type { Tokens } from './tokens.ts';

export interface Credentials {
  directory: Directory;
  nonces: Nonces;
  tokens: Tokens;
  now(): number;
}

/** The header that tells a client how to authenticate. */
export const challenge = (nonces: Nonces, stale: boolean): string =>
  `Digest realm="${REALM}", domain="", nonce="${nonces.issue()}", algorithm=MD5, qop="auth", stale=${stale}`;

export class Unauthenticated extends Error {
  readonly stale: boolean;
  constructor(stale: boolean) {
    super('not authenticated');
    this.stale = stale;
  }
}

/** Finds who calls, by Digest or Bearer. Throws Unauthenticated; never says which part was wrong. */
export function createAuthenticator({ directory, nonces, tokens, now }: Credentials) {
  const replays = createReplayGuard(now, directory.claimNonce);

  async function byDigest(header: string, method: string, target: string): Promise<Caller> {
    const fields = parseDigest(header);
    const state = fields && nonces.check(fields.nonce);
    if (!fields || state === 'forged') throw new Unauthenticated(false);
    const user = await directory.digestUser(fields.username);
    if (!user || !digestMatches(fields, user.ha1, method, target)) throw new Unauthenticated(false);
    // Only someone who knows the key learns that the nonce was merely old or its count used up.
    if (state === 'stale' || !(await replays.use(fields.nonce, fields.nc!))) throw new Unauthenticated(true);
    return user.caller;
  }

  async function byBearer(header: string): Promise<Caller> {
    const token = await tokens.read(header.slice('Bearer '.length).trim());
    if (!token) throw new Unauthenticated(false);
    const [isRevoked, caller] = await Promise.all([
      directory.isRevoked(token.tokenId),
      directory.clientById(token.clientId, token.issued),
    ]);
    if (isRevoked || !caller) throw new Unauthenticated(false);
    return caller;
  }

  return async (header: string | undefined, method: string, target: string): Promise<Caller> => {
    if (header && /^digest /i.test(header)) return byDigest(header, method, target);
    if (header && /^bearer /i.test(header)) return byBearer(header);
    throw new Unauthenticated(false);
  };
}

export type Authenticator = ReturnType<typeof createAuthenticator>;
