import type { FastifyReply, FastifyRequest } from 'fastify';
import { fingerprint } from '../base/secrets.ts';

/** Stands, in what is built once for all readers, for the address by which one of them reached this server. */
const ORIGIN = 'http://origin.invalid';

interface Text {
  type: string;
  build(origin: string): string;
}

/**
 * Builds texts when they are first asked for and keeps them, since they only change with the program. A reader who has
 * what there is gets 304.
 */
export function createShelf(originOf: (request: FastifyRequest) => string) {
  const kept = new Map<string, { text: string; print: string }>();
  return (request: FastifyRequest, reply: FastifyReply, name: string, { type, build }: Text): FastifyReply => {
    let it = kept.get(name);
    if (!it) {
      const text = build(ORIGIN);
      it = { text, print: fingerprint(text) };
      kept.set(name, it);
    }
    const origin = originOf(request);
    const tag = `"${fingerprint(`${it.print} ${origin}`)}"`;
    // Kept by the reader, and asked for anew each time: after an upgrade nobody reads what is no longer so.
    reply.header('etag', tag).header('cache-control', 'no-cache');
    if (isKnown(tag, request.headers['if-none-match'])) return reply.code(304).send();
    return reply.header('content-type', type).send(it.text.replaceAll(ORIGIN, () => origin));
  };
}

const isKnown = (tag: string, asked = ''): boolean =>
  asked.split(',').some((it) => ['*', tag].includes(it.trim().replace(/^W\//, '')));
