import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tx } from '../base/state.ts';
import { javaMethod } from '../contract/java-methods.ts';
import type { RateBucket } from '../contract/rate-limits.ts';
import { httpDate } from '../contract/versions.ts';
import { authorize } from './authorize.ts';
import { decoded, sendText } from './encoding.ts';
import { fail } from './failure.ts';
import type { Call, Caller, Directory, Mounted, NewEvent, PlacedEvent } from './operation.ts';
import { bucketOf, type RateLimits } from './rate-limit.ts';
import { createLinks, enveloped, renderResult, toText } from './render.ts';
import type { Surface } from './surface.ts';
import { checkBody, parseBody, readQuery } from './validate.ts';
import { type Chosen, isJsonType, rawAnswer } from './version.ts';

/** What serving takes of the house. */
export interface Serving {
  directory: Directory;
  record(event: PlacedEvent, tx: Tx): Promise<void>;
  limits: RateLimits;
  /** How callers reach this server, when that is not how it sees itself. */
  publicUrl?: string;
  /** Whether versions past their sunset are refused. */
  sunsets: boolean;
  now(): Date;
}

/** The way of one call whose caller is known: version, authorize, validate, run, render. */
export function createHandler(operation: Mounted, surface: Surface, serving: Serving) {
  const { directory, record, limits } = serving;
  const isAtlas = operation.surface !== 'telamon';

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.params as Record<string, string>;
    const { here, params } = targetOf(request.originalUrl);
    const chosen = surface.choose(operation, request.headers.accept);
    const sunset = surface.isDated && serving.sunsets && chosen.version.deprecated?.sunset;
    if (sunset && serving.now() >= new Date(sunset)) throw fail('VERSION_GONE', chosen.date, sunset);
    const { caller } = request;
    const remoteAddress = plainAddress(request.ip);
    const place = await authorize(operation, caller, path, remoteAddress, directory);
    if (isAtlas) {
      const { limit, remaining } = limits(...costOf(operation, caller, path), here);
      reply.header('ratelimit-limit', limit).header('ratelimit-remaining', remaining);
      const method = javaMethod(operation.id, chosen.date);
      if (method) reply.header('x-java-method', method);
    }
    const query = readQuery(params, operation.query);
    const wanted = await readBody(chosen, request);
    const where = { orgId: place.org?.id, groupId: place.group?.id };
    const call = {
      wanted,
      path,
      query: query.declared,
      paging: query.paging,
      caller,
      org: place.org!,
      group: place.group!,
      remoteAddress,
      note: (event: NewEvent, tx: Tx) => record(placed({ ...where, ...event }, { caller, remoteAddress }), tx),
      fail,
      get gone() {
        return goneOf(reply);
      },
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
    const origin = serving.publicUrl ?? `${request.protocol}://${request.host}`;
    const location = version.location?.(result, createLinks(origin, surface.prefix, false));
    if (location) reply.header('location', location);
    const { list } = operation;
    const body = renderResult(result, { chosen, list, origin, prefix: surface.prefix, here, params, query });
    if (query.envelope) {
      reply.code(200);
      return sendText(request, reply, toText(enveloped(body, version.status, list), query.pretty));
    }
    reply.code(version.status);
    if (version.verbatim) return sendText(request, reply, body as string);
    return body === undefined ? reply.send() : sendText(request, reply, toText(body, query.pretty));
  };
}

/** Path and query of a request target, which some clients send as an absolute URI. */
function targetOf(target: string): { here: string; params: URLSearchParams } {
  const relative = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  return mark < 0
    ? { here: relative, params: new URLSearchParams() }
    : { here: relative.slice(0, mark), params: new URLSearchParams(relative.slice(mark + 1)) };
}

/** A socket that listens for IPv6 too shows IPv4 callers in its clothes. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

/** Aborted when the caller hangs up. Made only for the few operations that ask for it. */
function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function placed(event: NewEvent, by: { caller: Caller; remoteAddress: string }): PlacedEvent {
  const { orgId } = event;
  if (orgId === undefined) throw new Error(`the event ${event.type} names no organization`);
  return { ...event, ...by, orgId };
}

/** The bucket a call takes from, and whose it is. */
function costOf(operation: Mounted, caller: Caller, path: Record<string, string>): [RateBucket, string] {
  const { inside } = operation;
  const scope = inside === 'org' ? path.orgId : inside === 'group' ? path.groupId : caller.id;
  return [bucketOf(operation), scope!];
}

async function readBody(chosen: Chosen, request: FastifyRequest): Promise<unknown> {
  const { body: schema, bodyOptional, read } = chosen.version;
  if (!schema) return read?.(undefined);
  const sent = request.body as Buffer | undefined;
  if (!sent?.length && bodyOptional) return read ? read({}) : {};
  if (!sent?.length) throw fail('INVALID_JSON');
  const type = request.headers['content-type'] ?? '';
  if (!isJsonType(type)) throw fail('UNSUPPORTED_MEDIA_TYPE', type);
  const body = parseBody(await decoded(sent, request.headers['content-encoding']));
  checkBody(schema, body, chosen.version.reply);
  return read ? read(body) : body;
}
