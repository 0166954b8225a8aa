import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fingerprint } from '../base/secrets.ts';
import { oauthTokenLimit } from '../contract/rate-limits.ts';
import { fail } from './failure.ts';
import type { Caller, Directory } from './operation.ts';
import type { Tokens } from './tokens.ts';

export interface OauthOptions {
  directory: Directory;
  tokens: Tokens;
  publicUrl?: string;
  /** False lets clients ask for tokens as often as they like. */
  rateLimits: boolean;
  now(): Date;
}

const ENDPOINTS = {
  token_endpoint: '/api/oauth/token',
  revocation_endpoint: '/api/oauth/revoke',
  introspection_endpoint: '/api/oauth/introspect',
};
const METHODS = ['client_secret_basic', 'client_secret_post'];

const refuse = (reply: FastifyReply, status: number, error: string, description: string) =>
  reply.code(status).header('content-type', 'application/json').send({ error, error_description: description });

interface Credentials {
  id: string;
  secret: string;
}

/** Client id and secret by Basic (both form-encoded inside, RFC 6749 2.3.1) or by form fields. */
function clientCredentials(request: FastifyRequest, form: URLSearchParams): Credentials | undefined {
  const header = request.headers.authorization;
  if (header?.toLowerCase().startsWith('basic ')) {
    const clear = Buffer.from(header.slice(6), 'base64').toString('utf8');
    const colon = clear.indexOf(':');
    if (colon < 0) return undefined;
    try {
      const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
      return { id: decode(clear.slice(0, colon)), secret: decode(clear.slice(colon + 1)) };
    } catch {
      return undefined;
    }
  }
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  return id && secret ? { id, secret } : undefined;
}

/** The fields of a form; whatever is no form has none. */
export const formOf = (request: FastifyRequest) =>
  new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');

/** Counts calls by key in windows of a minute, in this process. Returns the seconds to wait, 0 when there is room. */
function createWindows(now: () => Date) {
  let minute = 0;
  let counts = new Map<string, number>();
  return (asked: string): number => {
    // Strangers choose how long this is; what is kept of it is short.
    const key = fingerprint(asked);
    const at = now().getTime();
    const current = Math.floor(at / 60_000);
    if (current !== minute) [minute, counts] = [current, new Map()];
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count > oauthTokenLimit.requests ? Math.ceil(((current + 1) * 60_000 - at) / 1_000) : 0;
  };
}

/** RFC 6749 (client credentials), 7009 (revocation), 7662 (introspection), 8414 (discovery). Errors have OAuth's shape. */
export function mountOauth(app: FastifyInstance, options: OauthOptions): void {
  const { directory, tokens } = options;
  const wait = createWindows(options.now);

  /** The client behind the credentials, or the refusal already sent. */
  async function clientOf(request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined> {
    const given = clientCredentials(request, formOf(request));
    const caller = given && (await directory.clientBySecret(given.id, given.secret));
    if (!caller) {
      reply.header('www-authenticate', 'Basic realm="Telamon"');
      refuse(reply, 401, 'invalid_client', 'Invalid credentials provided.');
    }
    return caller;
  }

  app.post(ENDPOINTS.token_endpoint, async (request, reply) => {
    const form = formOf(request);
    // Atlas counts by address and client, whether the secret is right or not.
    const seconds = wait(`${request.ip} ${clientCredentials(request, form)?.id}`);
    if (seconds && options.rateLimits) {
      reply.header('retry-after', seconds);
      throw fail('RATE_LIMITED', ENDPOINTS.token_endpoint, oauthTokenLimit.requests, oauthTokenLimit.minutes);
    }
    const caller = await clientOf(request, reply);
    if (!caller) return reply;
    const grant = form.get('grant_type');
    if (!grant) return refuse(reply, 400, 'invalid_request', 'The parameter grant_type is missing.');
    if (grant !== 'client_credentials')
      return refuse(reply, 400, 'unsupported_grant_type', 'Only client_credentials is supported.');
    reply.header('cache-control', 'no-store');
    return {
      access_token: await tokens.issue(caller.id),
      expires_in: tokens.lifeSeconds,
      token_type: 'Bearer',
    };
  });

  app.post(ENDPOINTS.revocation_endpoint, async (request, reply) => {
    const caller = await clientOf(request, reply);
    if (!caller) return reply;
    const token = formOf(request).get('token');
    if (!token) return refuse(reply, 400, 'invalid_request', 'The parameter token is missing.');
    const known = await tokens.read(token);
    // RFC 7009: an unknown token is a success; somebody else's is left alone without telling so.
    if (known?.clientId === caller.id) await directory.revoke(known.tokenId, known.expires);
    return reply.code(200).send();
  });

  app.post(ENDPOINTS.introspection_endpoint, async (request, reply) => {
    const caller = await clientOf(request, reply);
    if (!caller) return reply;
    const token = formOf(request).get('token');
    if (!token) return refuse(reply, 400, 'invalid_request', 'The parameter token is missing.');
    reply.header('cache-control', 'no-store');
    const known = await tokens.read(token);
    // Of another client's token nothing is told, not even that it is one.
    if (known?.clientId !== caller.id || (await directory.isRevoked(known.tokenId))) return { active: false };
    const { clientId, tokenId, expires, issued } = known;
    const seconds = (at: Date) => at.getTime() / 1_000;
    const about = { client_id: clientId, sub: clientId, jti: tokenId, exp: seconds(expires), iat: seconds(issued) };
    return { active: true, token_type: 'Bearer', ...about };
  });

  for (const name of ['oauth-authorization-server', 'openid-configuration'])
    app.get(`/.well-known/${name}`, (request, reply) => {
      const issuer = options.publicUrl ?? `${request.protocol}://${request.host}`;
      const endpoints = Object.entries(ENDPOINTS).flatMap(([key, path]) => [
        [key, issuer + path],
        [`${key}_auth_methods_supported`, METHODS],
      ]);
      const grants = { grant_types_supported: ['client_credentials'], response_types_supported: [] };
      return reply.send({ issuer, ...Object.fromEntries(endpoints), ...grants });
    });
}
