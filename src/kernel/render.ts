import { publicCode } from '../contract/errors.ts';
import type { Failure } from './failure.ts';
import type { Links, Page } from './operation.ts';
import type { Query } from './validate.ts';
import type { Chosen } from './version.ts';

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
};

/** Atlas's answer to anything without valid credentials, to the letter: it comes from a filter, not from the API. */
export const UNAUTHENTICATED_BODY = `{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}`;

/** The ApiError body. `parameters` is null only for the refusals for which Atlas was seen to send null. */
export function errorBody(failure: Failure) {
  return {
    badRequestDetail: failure.fields && { fields: failure.fields },
    detail: failure.detail,
    error: failure.status,
    errorCode: publicCode(failure.code),
    parameters: failure.code === 'EXTERNAL_ORG_LINK_NOT_FOUND' ? null : failure.parameters,
    reason: REASONS[failure.status] ?? 'Error',
  };
}

/** Objects with their keys in alphabetical order, as Atlas prints them; undefined is left out, null stays. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner !== undefined) out[key] = sorted(inner);
  }
  return out;
}

export const toText = (value: unknown, pretty: boolean): string =>
  JSON.stringify(sorted(value), null, pretty ? 2 : undefined);

export function createLinks(origin: string, prefix: string, inList: boolean): Links {
  const href = (path: string) => `${origin}${prefix}${path}`;
  return {
    origin,
    href,
    self: (path) => ({ href: href(path), rel: 'self' }),
    rel: (path, name) => ({ href: href(path), rel: `https://cloud.mongodb.com/${name}` }),
    inList,
  };
}

/** Self shows the other parameters first and then the page; next and previous sort everything. Atlas does both. */
function pageLinks(here: string, params: URLSearchParams, query: Query, total: number) {
  const { pageNum, itemsPerPage, includeCount } = query.paging;
  const others = new Map<string, string>([['includeCount', String(includeCount)]]);
  for (const [name, value] of params) if (name !== 'pageNum' && name !== 'itemsPerPage') others.set(name, value);
  const print = (pairs: [string, string][]) =>
    pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const other = [...others].sort(([a], [b]) => (a < b ? -1 : 1));
  const paged = (page: number): string =>
    print(
      [
        ...other,
        ['itemsPerPage', `${itemsPerPage}`] as [string, string],
        ['pageNum', `${page}`] as [string, string],
      ].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const links = [{ href: `${here}?${print(other)}&pageNum=${pageNum}&itemsPerPage=${itemsPerPage}`, rel: 'self' }];
  if (pageNum > 1) links.push({ href: `${here}?${paged(pageNum - 1)}`, rel: 'previous' });
  if (pageNum * itemsPerPage < total) links.push({ href: `${here}?${paged(pageNum + 1)}`, rel: 'next' });
  return links;
}

export interface Rendering {
  chosen: Chosen;
  list?: 'page' | 'bare';
  origin: string;
  prefix: string;
  /** Path of this request without its query. */
  here: string;
  params: URLSearchParams;
  query: Query;
}

/** Turns what `run` gave into the wire body, or undefined for an empty answer. */
export function renderResult(result: unknown, at: Rendering): unknown {
  const write = (item: unknown, inList: boolean) =>
    at.chosen.version.write
      ? (at.chosen.version.write as (item: unknown, links: Links) => unknown)(
          item,
          createLinks(at.origin, at.prefix, inList),
        )
      : item;
  if (at.list === 'bare') return (result as readonly unknown[]).map((item) => write(item, true));
  if (at.list === 'page') {
    const page = result as Page<unknown>;
    return {
      links: pageLinks(`${at.origin}${at.here}`, at.params, at.query, page.total),
      results: page.items.map((item) => write(item, true)),
      totalCount: at.query.paging.includeCount ? page.total : undefined,
    };
  }
  return at.chosen.version.reply ? write(result, false) : undefined;
}

/** For clients that cannot see status lines: the status moves into the body. */
export function enveloped(body: unknown, status: number, list?: 'page' | 'bare'): unknown {
  if (body === undefined) return { status };
  return list === 'page' ? { ...(body as object), status } : { content: body, status };
}
