import { randomBytes } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { type FastifyInstance, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Tx } from '../base/state.ts';
import { createAuthenticator } from './authenticate.ts';
import { createClientErrorHandler } from './client-error.ts';
import { createNonces } from './digest.ts';
import { BODY_LIMIT } from './encoding.ts';
import { fail } from './failure.ts';
import { mountOauth } from './oauth.ts';
import type { Directory, Mounted, PlacedEvent } from './operation.ts';
import { mountPrivate } from './private.ts';
import { createRateLimits } from './rate-limit.ts';
import { createNotFound, refuse } from './refuse.ts';
import { type RoutePath, routePath } from './route.ts';
import { createHandler } from './serve.ts';
import { surfacesOf } from './surface.ts';
import { createTokens } from './tokens.ts';

/** How long a request may take to arrive, body and all; what it then asks for may take as long as it needs. */
const REQUEST_TIMEOUT_MS = 300_000;

export interface AppOptions {
  operations: readonly Mounted[];
  directory: Directory;
  /** Keeps an event, in the transaction of the change that it tells of. */
  record(event: PlacedEvent, tx: Tx): Promise<void>;
  /** How callers reach this server, when that is not how it sees itself (behind a proxy); without a last slash. */
  publicUrl?: string;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-*` headers are believed; none by default. */
  trustedProxies?: readonly string[];
  /** What `X-MongoDB-Service-Version` says. */
  serviceVersion: string;
  /** The version clusters get when a request names none, e.g. `6.0`; the Atlas CLI asks for it. */
  mongoDBMajorVersion: string;
  /** False counts calls without refusing any. */
  rateLimits: boolean;
  /** False goes on answering versions that are past their sunset. */
  sunsets: boolean;
  nonceKey: Buffer;
  tokenKey: Buffer;
  now(): Date;
  log: Logger;
}

/** A name (RFC 1123, and the underscores that container networks put into theirs) or an address, and a port. */
const HOST = /^(?<name>[\w-]{1,63}(\.[\w-]{1,63})*\.?|\[(?<v6>[\da-f:.]+)\])(:(?<port>\d{1,5}))?$/i;

/** Whether a caller could have reached a server there: links repeat it, to whoever reads them. */
function isSoundHost(host: string): boolean {
  const { name, v6, port } = HOST.exec(host)?.groups ?? {};
  if (!name || name.length > 253 || Number(port ?? 1) > 65_535 || port?.match(/^0+$/)) return false;
  // Links are URLs, in which not every name may stand: none that ends like a hexadecimal number, for one.
  if (!URL.canParse(`http://${host}`)) return false;
  // What ends in a number can only be an address: the URL standard.
  return v6 === undefined ? !/(^|\.)\d+\.?$/.test(name) || isIPv4(name) : isIPv6(v6);
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: import('./operation.ts').Caller;
  }
}

/** The server: every request passes authenticate, version, authorize, validate, run and render, in this order. */
export function createApp(options: AppOptions): FastifyInstance {
  const { directory, log } = options;
  const run = randomBytes(4).toString('hex');
  let count = 0;
  const nextId = () => `${run}-${(++count).toString(36)}`;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request would cost more than all that it writes.
    childLoggerFactory: () => log,
    genReqId: nextId,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    rewriteUrl: (request) => routable(request.url ?? '/'),
    routerOptions: { maxParamLength: 500 },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // HTTP/1.1 wants a Host; the hook below says so in our own words.
    http: { requireHostHeader: false },
    clientErrorHandler: createClientErrorHandler(() => ({ ...always, 'x-request-id': nextId() })),
    // A path that does not decode, or is too long, leads nowhere.
    frameworkErrors: (_error, request, reply) => {
      reply.headers(always).header('x-request-id', request.id);
      void nowhere(request, reply);
    },
  }) as unknown as FastifyInstance;

  const millis = () => options.now().getTime();
  const nonces = createNonces(options.nonceKey, millis);
  const tokens = createTokens(options.tokenKey, options.now);
  const who = createAuthenticator({ directory, nonces, tokens, now: millis });
  const serving = { ...options, limits: createRateLimits(millis, options.rateLimits) };
  const known: RoutePath[] = [];
  const nowhere = createNotFound(known, who, nonces);
  const always = {
    'strict-transport-security': 'max-age=31536000; includeSubdomains;',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'referrer-policy': 'strict-origin-when-cross-origin',
    server: 'mdbws',
    'x-mongodb-service-version': options.serviceVersion,
  };

  // Bodies stay raw: whether one is wanted, and how it must look, is the operation's business.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(always).header('x-request-id', request.id);
    const { host } = request;
    const isSound = host ? isSoundHost(host) : request.headers.host === undefined && request.raw.httpVersion !== '1.1';
    done(isSound ? undefined : fail('MALFORMED_REQUEST'));
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
        handler: createHandler(operation, surface, serving),
      });
    }
  }
  mountOauth(app, { ...options, tokens });
  mountPrivate(app, who, options.mongoDBMajorVersion);
  app.setErrorHandler((error, request, reply) =>
    // Fastify's word for a method it knows (QUERY) that nothing here is mounted on.
    (error as { code?: string }).code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE'
      ? nowhere(request, reply)
      : refuse(error, request, reply, nonces),
  );
  app.setNotFoundHandler(nowhere);
  return app;
}

/** The router wants a path, with the colon before a verb plain; clients may send an absolute URI, or escape the colon. */
function routable(target: string): string {
  const relative = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  if (!relative.includes('%3')) return relative;
  const [path, ...query] = relative.split('?');
  return [path!.replaceAll(/%3A/gi, ':'), ...query].join('?');
}
