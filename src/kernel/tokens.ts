import { jwtVerify, SignJWT } from 'jose';
import { newId } from '../base/ids.ts';

const LIFE_SECONDS = 3600;
const ISSUER = 'telamon';
const REMEMBERED = 10_000;

export interface ReadToken {
  /** Whom it was given to: a service account's client id, or a user's id. */
  clientId: string;
  tokenId: string;
  issued: Date;
  expires: Date;
}

/** Access tokens: signed, self-contained but for revocation and for the account behind them, which are looked up. */
export function createTokens(key: Buffer, now: () => Date) {
  // What a signature says never changes, and checking it costs more than all the rest of a call's authentication.
  const verified = new Map<string, ReadToken>();

  async function verify(token: string): Promise<ReadToken | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER,
        algorithms: ['HS256'],
        currentDate: now(),
        requiredClaims: ['cid', 'jti', 'iat', 'exp'],
      });
      const { cid, jti, iat, exp } = payload;
      return { clientId: String(cid), tokenId: jti!, issued: new Date(iat! * 1000), expires: new Date(exp! * 1000) };
    } catch {
      // jose throws for every way a token can be wrong; to the caller they are all the same refusal.
      return undefined;
    }
  }
  return {
    lifeSeconds: LIFE_SECONDS,
    /** `subject` is what clients show of whom it was given to. */
    async issue(clientId: string, subject = clientId): Promise<string> {
      const at = Math.floor(now().getTime() / 1000);
      return new SignJWT({ cid: clientId })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setJti(newId())
        .setIssuedAt(at)
        .setExpirationTime(at + LIFE_SECONDS)
        .sign(key);
    },
    /** Undefined for anything that is not a valid token of ours. */
    async read(token: string): Promise<ReadToken | undefined> {
      const known = verified.get(token);
      if (known) return known.expires > now() ? known : undefined;
      const read = await verify(token);
      if (!read) return undefined;
      // Insertion order is age order.
      if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value!);
      verified.set(token, read);
      return read;
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
