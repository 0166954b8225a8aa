import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticator, challenge, Unauthenticated } from './authenticate.ts';
import type { Nonces } from './digest.ts';
import { BODY_LIMIT } from './encoding.ts';
import { Failure, fail } from './failure.ts';
import { enveloped, errorBody, toText, UNAUTHENTICATED_BODY } from './render.ts';
import type { RoutePath } from './route.ts';
import { parseEnvelope, parsePretty } from './validate.ts';

/** The one place where a thrown thing becomes an answer. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, nonces: Nonces): FastifyReply {
  if (error instanceof Unauthenticated) {
    return reply
      .code(401)
      .header('www-authenticate', challenge(nonces, error.stale))
      .header('content-type', 'application/json')
      .send(UNAUTHENTICATED_BODY);
  }
  const failure = asFailure(error, request);
  const params = new URLSearchParams(request.originalUrl.split('?')[1] ?? '');
  const body = errorBody(failure);
  if (failure.code === 'RATE_LIMITED_TOKEN_BUCKET') reply.header('retry-after', failure.parameters[1]!);
  return reply
    .code(failure.status)
    .header('content-type', 'application/json')
    .header('x-error-code', body.errorCode)
    .send(toText(parseEnvelope(params) ? enveloped(body, failure.status) : body, parsePretty(params)));
}

function asFailure(error: unknown, request: FastifyRequest): Failure {
  if (error instanceof Failure) return error;
  const { code: named, statusCode } = error as { code?: unknown; statusCode?: number };
  // The database numbers its errors.
  const code = typeof named === 'string' ? named : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return fail('REQUEST_BODY_TOO_LARGE', BODY_LIMIT);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return fail('UNSUPPORTED_MEDIA_TYPE', request.headers['content-type'] ?? '');
  if (code?.startsWith('FST_ERR_CTP')) return fail('MALFORMED_JSON');
  // Fastify's word for a path that does not decode.
  if (statusCode === 400) return fail('RESOURCE_NOT_FOUND', request.originalUrl);
  request.log.error({ err: error, requestId: request.id }, 'request failed unexpectedly');
  return fail('UNEXPECTED_ERROR');
}

/** Whoever gets here asked for nothing that is mounted. Strangers do not learn even that. */
export function createNotFound(known: readonly RoutePath[], who: Authenticator, nonces: Nonces) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const path = request.originalUrl.split('?')[0]!;
      await who(request.headers.authorization, request.method, request.originalUrl);
      const plainPath = path.replaceAll(/%3A/gi, ':');
      const methods = new Set(known.filter((it) => it.pattern.test(plainPath)).map((it) => it.method));
      // The method is there when the path alone was refused by the router.
      if (!methods.size || methods.has(request.method)) throw fail('RESOURCE_NOT_FOUND', path);
      if (methods.has('GET')) methods.add('HEAD');
      reply.header('allow', [...methods, 'OPTIONS'].sort().join(', '));
      if (request.method === 'OPTIONS') return reply.code(200).send();
      throw fail('METHOD_NOT_ALLOWED', request.method);
    } catch (error) {
      return refuse(error, request, reply, nonces);
    }
  };
}
