import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from './operation.ts';
import type { Tokens } from './tokens.ts';

const refuse = (reply: FastifyReply, status: number, error: string, description: string) =>
  reply.code(status).header('content-type', 'application/json').send({ error, error_description: description });

/** Client id and secret by Basic (both form-encoded inside, RFC 6749 2.3.1) or by form fields. */
function clientCredentials(request: FastifyRequest, form: URLSearchParams): { id: string; secret: string } | undefined {
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

/** The token endpoints of RFC 6749 (client credentials) and RFC 7009. Their errors have OAuth's own shape. */
export function mountOauth(app: FastifyInstance, directory: Directory, tokens: Tokens): void {
  const authenticate = async (request: FastifyRequest, form: URLSearchParams) => {
    const given = clientCredentials(request, form);
    return given && (await directory.clientBySecret(given.id, given.secret));
  };
  const formOf = (request: FastifyRequest) =>
    new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  const unknown = (reply: FastifyReply) =>
    refuse(
      reply.header('www-authenticate', 'Basic realm="Telamon"'),
      401,
      'invalid_client',
      'Invalid credentials provided.',
    );

  app.post('/api/oauth/token', async (request, reply) => {
    const form = formOf(request);
    const caller = await authenticate(request, form);
    if (!caller) return unknown(reply);
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

  app.post('/api/oauth/revoke', async (request, reply) => {
    const form = formOf(request);
    const caller = await authenticate(request, form);
    if (!caller) return unknown(reply);
    const token = form.get('token');
    if (!token) return refuse(reply, 400, 'invalid_request', 'The parameter token is missing.');
    const known = await tokens.read(token);
    // RFC 7009: an unknown token is a success; somebody else's is left alone without telling so.
    if (known?.clientId === caller.id) await directory.revoke(known.tokenId, known.expires);
    return reply.code(200).send();
  });
}
