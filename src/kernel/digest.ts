import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { sameText } from '../base/secrets.ts';

export const REALM = 'MMS Public API';
const NONCE_LIFE_MS = 5 * 60_000;

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The stored half of a Digest credential: MD5(username:realm:password), hexadecimal. */
export const digestHa1 = (user: string, password: string): string => md5(`${user}:${REALM}:${password}`);

export interface DigestFields {
  username: string;
  realm: string;
  nonce: string;
  uri: string;
  response: string;
  qop?: string;
  nc?: string;
  cnonce?: string;
  algorithm?: string;
}

/** Reads an `Authorization: Digest ...` header; undefined when a required field is missing. */
export function parseDigest(header: string): DigestFields | undefined {
  const fields: Record<string, string> = {};
  for (const m of header.slice('Digest '.length).matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    fields[m[1]!.toLowerCase()] = m[2] !== undefined ? m[2].replace(/\\(.)/g, '$1') : m[3]!;
  }
  const { username, realm, nonce, uri, response } = fields;
  if (!username || !realm || !nonce || !uri || !response) return undefined;
  return { ...fields, username, realm, nonce, uri, response };
}

/**
 * Nonces are 32 base64 characters: 8 bytes of time and counter, 16 bytes of MAC under a key all servers of the
 * installation share, so any of them can check a nonce that another one gave.
 */
export function createNonces(key: Buffer, now: () => number) {
  let counter = 0;
  const secret = createSecretKey(key);
  const mac = (head: Buffer) => createHmac('sha256', secret).update(head).digest().subarray(0, 16);
  return {
    issue(): string {
      const head = Buffer.alloc(8);
      head.writeUIntBE(now(), 0, 6);
      head.writeUInt16BE(counter++ & 0xffff, 6);
      return Buffer.concat([head, mac(head)]).toString('base64');
    },
    check(nonce: string): 'good' | 'stale' | 'forged' {
      const raw = Buffer.from(nonce, 'base64');
      if (raw.length !== 24) return 'forged';
      const head = raw.subarray(0, 8);
      if (!timingSafeEqual(mac(head), raw.subarray(8))) return 'forged';
      const age = now() - head.readUIntBE(0, 6);
      return age > NONCE_LIFE_MS || age < -60_000 ? 'stale' : 'good';
    },
  };
}

export type Nonces = ReturnType<typeof createNonces>;

/** How long after it was given a nonce may still be answered for: its life, and clocks that differ. */
export const NONCE_MEMORY_MS = NONCE_LIFE_MS + 60_000;

/**
 * Remembers which nonce counts were used until their nonce goes stale, so that a recorded request cannot be replayed.
 *
 * All servers of an installation accept each other's nonces, since a balancer may send the challenge and its answer to
 * two of them. The counts stay in memory, though: a nonce belongs to the server that it was first used on, which `claim`
 * settles in the shared store, and every other one calls it stale, so that an honest client asks anew and a replayed
 * request is refused. That costs a write for each nonce; sharing the counts would cost one for each call.
 */
export function createReplayGuard(now: () => number, claim: (nonce: string) => Promise<boolean>) {
  const seen = new Map<string, { until: number; counts: Set<string>; mine: Promise<boolean> }>();
  return {
    /** False when this count was used before, or the nonce on another server. */
    async use(nonce: string, count: string): Promise<boolean> {
      const at = now();
      let entry = seen.get(nonce);
      if (!entry) {
        // Insertion order is age order, so the expired ones are in front.
        for (const [old, { until }] of seen) {
          if (until > at) break;
          seen.delete(old);
        }
        entry = { until: at + NONCE_MEMORY_MS, counts: new Set(), mine: claim(nonce) };
        seen.set(nonce, entry);
        // Whoever could not be asked is asked again; the call that waits for the answer fails with the cause.
        entry.mine.catch(() => seen.delete(nonce));
      }
      if (entry.counts.has(count)) return false;
      entry.counts.add(count);
      return entry.mine;
    },
  };
}

/** Whether `fields` prove knowledge of `ha1` for this very request. */
export function digestMatches(fields: DigestFields, ha1: string, method: string, target: string): boolean {
  if (fields.realm !== REALM || (fields.algorithm && fields.algorithm.toUpperCase() !== 'MD5')) return false;
  if (!sameTarget(fields.uri, target)) return false;
  const ha2 = md5(`${method}:${fields.uri}`);
  if (fields.qop !== 'auth' || !fields.nc || !fields.cnonce) return false;
  const expected = md5(`${ha1}:${fields.nonce}:${fields.nc}:${fields.cnonce}:auth:${ha2}`);
  return sameText(fields.response.toLowerCase(), expected);
}

/**
 * Clients sign the request target as a path or as an absolute URI, and not all escape it for the signature as they do for
 * the wire. Escapes that would change what a path means stay as they are.
 */
function sameTarget(signed: string, target: string): boolean {
  const plain = (text: string) =>
    (text.replace(/^https?:\/\/[^/?]*/i, '') || '/').replaceAll(/%[0-9a-f]{2}/gi, (it) =>
      /^%(2f|3f|23|25|26|3d|2b|[89a-f].)$/i.test(it)
        ? it.toUpperCase()
        : String.fromCharCode(parseInt(it.slice(1), 16)),
    );
  return signed === target || plain(signed) === plain(target);
}
