import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail } from './failure.ts';

export const BODY_LIMIT = 1024 * 1024;

/** Below this a compressed answer is hardly shorter, and costs more than it saves. */
const WORTH_BYTES = 1400;

const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** Whether an `Accept-Encoding` header takes gzip (or anything) and does not rule it out by `q=0`. */
export function takesGzip(header: string | undefined): boolean {
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((it) => it.trim());
    if (name === 'gzip' || name === '*') return !parameters.some((it) => /^q=0(\.0*)?$/.test(it));
  }
  return false;
}

/** The body as it was meant. The limit holds for what comes out, so that little cannot become too much. */
export async function decoded(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (!encoding || encoding === 'identity') return body;
  if (!/^(x-)?gzip$/i.test(encoding)) throw fail('UNSUPPORTED_MEDIA_TYPE', encoding);
  try {
    return await unzip(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw fail('REQUEST_BODY_TOO_LARGE', BODY_LIMIT);
    throw fail('MALFORMED_JSON');
  }
}

/** Sends `text`, compressed where the client takes that and it is long enough to be worth it. */
export async function sendText(request: FastifyRequest, reply: FastifyReply, text: string): Promise<FastifyReply> {
  if (text.length < WORTH_BYTES) return reply.send(text);
  reply.header('vary', 'Accept-Encoding');
  if (!takesGzip(request.headers['accept-encoding'])) return reply.send(text);
  const body = await zip(text);
  return reply.header('content-encoding', 'gzip').send(body);
}
