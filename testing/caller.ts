// A Digest client over inject: what a test sends is what a client would, without a port.
import { createHash } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

export interface TestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they know is there
  body: any;
  headers: LightMyRequestResponse['headers'];
}

export interface SendOptions {
  accept?: string;
  contentType?: string;
  /** Sent as it is. */
  text?: string;
  from?: string;
  /** The body of the answer is given as the bytes it came in. */
  binary?: boolean;
}

export type TestCaller = (method: string, url: string, body?: unknown, opts?: SendOptions) => Promise<TestAnswer>;

export const ACCEPT = 'application/vnd.atlas.2025-02-19+json';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export interface Signing {
  username: string;
  password: string;
  nonce: string;
  /** Of calls with this nonce, from 1. */
  count: number;
  method: string;
  uri: string;
}

/** The `Authorization` of one Digest call. */
export function digestHeader({ username, password, nonce, count, method, uri }: Signing): string {
  const nc = count.toString(16).padStart(8, '0');
  const ha1 = md5(`${username}:MMS Public API:${password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:c:auth:${md5(`${method}:${uri}`)}`);
  return `Digest username="${username}", realm="MMS Public API", nonce="${nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="c", response="${response}"`;
}

/** Of a challenge. */
export const nonceOf = (it: LightMyRequestResponse): string =>
  /nonce="([^"]+)"/.exec(String(it.headers['www-authenticate']))![1]!;

/** Paths that begin with `/api/` are taken as they are; others are below `/api/atlas/v2`. */
export function createCaller(app: FastifyInstance, username: string, password: string): TestCaller {
  let nonce: string | undefined;
  let count = 0;
  return async (method, path, body, opts = {}) => {
    const url = path.startsWith('/api/') ? path : `/api/atlas/v2${path}`;
    const own = url.startsWith('/api/telamon/') || url.startsWith('/api/atlas/v1');
    const accept = opts.accept ?? (own ? 'application/json' : ACCEPT);
    const payload = opts.text ?? (body === undefined ? undefined : JSON.stringify(body));
    const send = async (authorization?: string) =>
      app.inject({
        method: method as 'GET',
        url,
        remoteAddress: opts.from ?? '127.0.0.1',
        headers: {
          accept,
          ...(payload === undefined ? {} : { 'content-type': opts.contentType ?? accept }),
          ...(authorization ? { authorization } : {}),
        },
        payload,
      });
    nonce ??= nonceOf(await send());
    const signed = () => send(digestHeader({ username, password, nonce: nonce!, count: ++count, method, uri: url }));
    let answer = await signed();
    if (/stale=true/.test(String(answer.headers['www-authenticate']))) {
      nonce = nonceOf(answer);
      answer = await signed();
    }
    if (opts.binary) return { status: answer.statusCode, body: answer.rawPayload, headers: answer.headers };
    // A certificate comes as JSON by its content type, and as it is by its content.
    const json =
      /json/.test(String(answer.headers['content-type'] ?? '')) && /^([[{"]|(true|false)$)/.test(answer.payload);
    return { status: answer.statusCode, body: json ? answer.json() : answer.payload, headers: answer.headers };
  };
}
