import type { FastifyReply, FastifyRequest } from 'fastify';
import { newSecret } from '../../base/ids.ts';
import { fingerprint, sameText } from '../../base/secrets.ts';
import type { Reader } from './pages.ts';
import { languageOf } from './words.ts';

const SESSION = 'telamon_session';
const CSRF = 'telamon_csrf';

function cookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

function setCookie(reply: FastifyReply, origin: string, name: string, value: string, more: string): void {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  reply.header('set-cookie', `${name}=${value}; Path=/account; HttpOnly${secure}; ${more}`);
}

/** The fingerprint of the session a browser brings; nothing that is stored opens one. */
export const sessionIdOf = (request: FastifyRequest): string | undefined => {
  const brought = cookie(request, SESSION);
  return brought && fingerprint(brought);
};

/** Starts a session in the browser; the id is what to store of it. A session from before the sign-in is never kept. */
export function startSession(reply: FastifyReply, origin: string, seconds: number): string {
  const value = newSecret(32);
  // Lax: a page that the command line opens brings it, a form of another site does not.
  setCookie(reply, origin, SESSION, value, `SameSite=Lax; Max-Age=${seconds}`);
  return fingerprint(value);
}

export const endSession = (reply: FastifyReply, origin: string): void =>
  setCookie(reply, origin, SESSION, '', 'SameSite=Lax; Max-Age=0');

/** What a page needs of whoever reads it; gives the browser the token that its forms bring back. */
export function readerOf(request: FastifyRequest, reply: FastifyReply, origin: string, nonce: string): Reader {
  const known = cookie(request, CSRF);
  const csrf = known && /^[\w-]{20,}$/.test(known) ? known : newSecret();
  if (csrf !== known) setCookie(reply, origin, CSRF, csrf, 'SameSite=Strict');
  const { lang } = request.query as { lang?: unknown };
  const asked = typeof lang === 'string' ? lang : undefined;
  return { csrf, nonce, here: request.url, language: languageOf(asked, request.headers['accept-language']) };
}

/** Whether a form was sent by a page of ours: it holds the token that only our pages of this browser know. */
export function isOurForm(request: FastifyRequest, form: URLSearchParams, origin: string): boolean {
  const from = request.headers.origin;
  // Browsers send `null` from a page that hides where it is; the token decides then.
  if (from !== undefined && from !== 'null' && from !== origin) return false;
  const [known, brought] = [cookie(request, CSRF), form.get('csrf')];
  return !!known && !!brought && sameText(known, brought);
}
