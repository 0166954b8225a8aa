import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Tx } from '../base/state.ts';
import type { RateBucket } from '../contract/rate-limits.ts';
import { httpDate, undated } from '../contract/versions.ts';
import { type Authenticator, challenge, createAuthenticator, Unauthenticated } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { createNonces, type Nonces } from './digest.ts';
import { Failure, fail } from './failure.ts';
import { mountOauth } from './oauth.ts';
import type { Call, Caller, Directory, Mounted, NewEvent, PlacedEvent } from './operation.ts';
import { mountPrivate } from './private.ts';
import { createRateLimits, type RateLimits } from './rate-limit.ts';
import { createLinks, enveloped, errorBody, renderResult, toText, UNAUTHENTICATED_BODY } from './render.ts';
import { type RoutePath, routePath } from './route.ts';
import { createTokens } from './tokens.ts';
import { checkBody, parseBody, parseEnvelope, parsePretty, readQuery } from './validate.ts';
import { byAccept, byFormat, type Chosen, isJsonType, newestNotAfter, plainTypes, rawAnswer } from './version.ts';

const BODY_LIMIT = 1024 * 1024;

export interface AppOptions {
  operations: readonly Mounted[];
  directory: Directory;
  /** Keeps an event, in the transaction of the change that it tells of. */
  record(event: PlacedEvent, tx: Tx): Promise<void>;
  /** How callers reach this server, when that is not how it sees itself (behind a proxy); without a last slash. */
  publicUrl?: string;
  /** The version clusters get when a request names none, e.g. `6.0`; the Atlas CLI asks for it. */
  mongoDBMajorVersion: string;
  /** False counts calls without refusing any. */
  rateLimits: boolean;
  nonceKey: Buffer;
  tokenKey: Buffer;
  now(): Date;
  log: Logger;
}

/** One surface an operation answers on: its prefix, and how the version is chosen there. */
interface Surface {
  prefix: string;
  choose(operation: Mounted, accept: string | undefined): Chosen;
  contentType(chosen: Chosen): string;
}

const plain = (prefix: string, date: string): Surface => ({
  prefix,
  choose: (operation, accept) => byFormat(operation, date, accept),
  contentType: ({ format }) => plainTypes[format],
});
const v2: Surface = {
  prefix: '/api/atlas/v2',
  choose: byAccept,
  contentType: ({ date, format }) =>
    `application/vnd.atlas.${date}+${format}${format === 'gzip' ? '' : ';charset=utf-8'}`,
};
const own = plain('/api/telamon/v1', '9999-12-31');

/** Undated surfaces show only operations that were there at their date. */
function surfacesOf(operation: Mounted): Surface[] {
  if (operation.surface === 'telamon') return [own];
  const dated = Object.entries(undated)
    .filter(([, date]) => newestNotAfter(operation, date))
    .map(([name, date]) => plain(`/api/atlas/${name}`, date));
  return [v2, ...dated];
}

const SECURITY_HEADERS = {
  'strict-transport-security': 'max-age=31536000; includeSubdomains;',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'referrer-policy': 'strict-origin-when-cross-origin',
};

/** The server: every request passes authenticate, version, authorize, validate, run and render, in this order. */
export function createApp(options: AppOptions): FastifyInstance {
  const { directory, log } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Clients may escape the colon before a verb; the router wants it plain.
    rewriteUrl: (request) => {
      const [path, ...query] = (request.url ?? '/').split('?');
      return [path!.replaceAll(/%3A/gi, ':'), ...query].join('?');
    },
    routerOptions: { maxParamLength: 500 },
  }) as unknown as FastifyInstance;

  const nonces = createNonces(options.nonceKey, () => options.now().getTime());
  const tokens = createTokens(options.tokenKey, options.now);
  const who = createAuthenticator({ directory, nonces, tokens, now: () => options.now().getTime() });
  const limits = createRateLimits(() => options.now().getTime(), options.rateLimits);
  const known: RoutePath[] = [];

  // Bodies stay raw: whether one is wanted, and how it must look, is the operation's business.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });

  for (const operation of options.operations) {
    for (const surface of surfacesOf(operation)) {
      const path = routePath(operation.route, surface.prefix);
      known.push(path);
      app.route({
        method: path.method as 'GET',
        url: path.url,
        onRequest: async (request) => {
          request.caller = await who(request.headers.authorization, request.method, request.originalUrl);
        },
        handler: (request, reply) => serve(operation, surface, { ...options, limits }, request, reply),
      });
    }
  }
  mountOauth(app, directory, tokens);
  mountPrivate(app, who, options.mongoDBMajorVersion);
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, nonces));
  app.setNotFoundHandler((request, reply) => notFound(known, who, nonces, request, reply));
  return app;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: import('./operation.ts').Caller;
  }
}

async function serve(
  operation: Mounted,
  surface: Surface,
  { directory, record, publicUrl, limits }: AppOptions & { limits: RateLimits },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.params as Record<string, string>;
  const url = new URL(request.originalUrl, 'http://localhost');
  const chosen = surface.choose(operation, request.headers.accept);
  const { caller } = request;
  const place = await authorize(operation, caller, path, request.ip, directory);
  if (operation.surface !== 'telamon') {
    const { limit, remaining } = limits(...costOf(operation, caller, path), url.pathname);
    reply.header('ratelimit-limit', limit).header('ratelimit-remaining', remaining);
  }
  const query = readQuery(url.searchParams, operation.query);
  const wanted = readBody(chosen, request);
  const here = { orgId: place.org?.id, groupId: place.group?.id };
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const call = {
    wanted,
    path,
    query: query.declared,
    paging: query.paging,
    caller,
    org: place.org!,
    group: place.group!,
    remoteAddress: request.ip,
    note: (event: NewEvent, tx: Tx) => record(placed({ ...here, ...event }, { caller, remoteAddress: request.ip }), tx),
    fail,
    gone: gone.signal,
  };
  const result = await operation.run(call as Call<never>);
  const { version } = chosen;
  if (version.deprecated) {
    reply.header('deprecation', httpDate(version.deprecated.by));
    if (version.deprecated.sunset) reply.header('sunset', httpDate(version.deprecated.sunset));
  }
  reply.header('content-type', surface.contentType(chosen));
  const raw = rawAnswer(chosen, result);
  if (raw) {
    if (raw.filename) reply.header('content-disposition', `attachment; filename="${raw.filename}"`);
    return reply.code(version.status).send(raw.body);
  }
  const { list } = operation;
  const origin = publicUrl ?? `${request.protocol}://${request.host}`;
  const at = { chosen, list, origin, prefix: surface.prefix, here: url.pathname, params: url.searchParams, query };
  const location = version.location?.(result, createLinks(origin, surface.prefix, false));
  if (location) reply.header('location', location);
  let body = renderResult(result, at);
  let { status } = version;
  if (query.envelope) {
    body = enveloped(body, status, list);
    status = 200;
  }
  reply.code(status);
  return body === undefined ? reply.send() : reply.send(toText(body, query.pretty));
}

function placed(event: NewEvent, by: { caller: Caller; remoteAddress: string }): PlacedEvent {
  const { orgId } = event;
  if (orgId === undefined) throw new Error(`the event ${event.type} names no organization`);
  return { ...event, ...by, orgId };
}

/** The bucket a call takes from, and whose it is. */
function costOf(operation: Mounted, caller: Caller, path: Record<string, string>): [RateBucket, string] {
  const { inside } = operation;
  if (inside === 'org') return [operation.bucket ?? 'org', path.orgId!];
  if (inside === 'group') return [operation.bucket ?? 'group', path.groupId!];
  return [operation.bucket ?? 'user', caller.id];
}

function readBody(chosen: Chosen, request: FastifyRequest): unknown {
  const { body: schema, read } = chosen.version;
  if (!schema) return undefined;
  const raw = request.body as Buffer | undefined;
  if (!raw?.length) throw fail('INVALID_JSON');
  const type = request.headers['content-type'] ?? '';
  if (!isJsonType(type)) throw fail('UNSUPPORTED_MEDIA_TYPE', type);
  const body = parseBody(raw);
  checkBody(schema, body);
  return read ? read(body) : body;
}

/** The one place where a thrown thing becomes an answer. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, nonces: Nonces): FastifyReply {
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
  const code = (error as { code?: string }).code;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return fail('REQUEST_BODY_TOO_LARGE', BODY_LIMIT);
  if (code?.startsWith('FST_ERR_CTP')) return fail('MALFORMED_JSON');
  if ((error as { statusCode?: number }).statusCode === 400) return fail('RESOURCE_NOT_FOUND', request.originalUrl);
  request.log.error({ err: error, requestId: request.id }, 'request failed unexpectedly');
  return fail('UNEXPECTED_ERROR');
}

async function notFound(
  known: RoutePath[],
  who: Authenticator,
  nonces: Nonces,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const path = request.originalUrl.split('?')[0]!;
    await who(request.headers.authorization, request.method, request.originalUrl);
    const plainPath = path.replaceAll(/%3A/gi, ':');
    const methods = known.filter((it) => it.pattern.test(plainPath)).map((it) => it.method);
    if (methods.length) {
      reply.header('allow', [...new Set(methods)].join(', '));
      throw fail('METHOD_NOT_ALLOWED', request.method);
    }
    throw fail('RESOURCE_NOT_FOUND', path);
  } catch (error) {
    return refuse(error, request, reply, nonces);
  }
}
