import { createHash, randomBytes } from 'node:crypto';

export interface DigestCredentials {
  username: string;
  password: string;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

interface Challenge {
  realm: string;
  nonce: string;
  count: number;
}

function parseChallenge(header: string | null): (Challenge & { stale: boolean }) | undefined {
  if (!header || !/^digest /i.test(header)) return undefined;
  const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)"?`, 'i').exec(header)?.[1];
  const nonce = field('nonce');
  if (!nonce) return undefined;
  return { realm: field('realm') ?? '', nonce, count: 0, stale: /^true$/i.test(field('stale') ?? '') };
}

/**
 * `fetch` with HTTP Digest (RFC 7616, MD5, qop=auth), which the platform's own lacks. The first call costs two round
 * trips; later ones reuse the nonce until the server calls it stale.
 */
export function createDigestFetch({ username, password }: DigestCredentials) {
  let challenge: Challenge | undefined;

  function sign(url: URL, method: string, at: Challenge): string {
    at.count++;
    const uri = url.pathname + url.search;
    const nc = at.count.toString(16).padStart(8, '0');
    const cnonce = randomBytes(8).toString('hex');
    const ha1 = md5(`${username}:${at.realm}:${password}`);
    const response = md5(`${ha1}:${at.nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    return `Digest username="${username}", realm="${at.realm}", nonce="${at.nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`;
  }

  return async (address: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> => {
    const url = new URL(address);
    const method = init.method ?? 'GET';
    const send = (at: Challenge | undefined) =>
      fetch(url, { ...init, headers: { ...init.headers, ...(at ? { authorization: sign(url, method, at) } : {}) } });
    const used = challenge;
    const first = await send(used);
    const asked = first.status === 401 ? parseChallenge(first.headers.get('www-authenticate')) : undefined;
    // A challenge to a signed request that was not stale means that the credentials are wrong: asking again is no use.
    if (!asked || (used && !asked.stale)) return first;
    await first.body?.cancel();
    challenge = asked;
    return send(challenge);
  };
}

export type DigestFetch = ReturnType<typeof createDigestFetch>;
