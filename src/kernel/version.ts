import type { Format, Version, VersionDate } from '../contract/versions.ts';
import { fail } from './failure.ts';
import type { DatedVersion, Mounted, Raw } from './operation.ts';

export interface Chosen {
  date: Version;
  version: DatedVersion<never, unknown>;
  format: Format | 'text';
}

const VENDOR = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2}|preview)\+(json|csv|gzip)$/i;

/** Media types of the surfaces that have no dates in theirs. */
export const plainTypes: Record<Chosen['format'], string> = {
  json: 'application/json;charset=utf-8',
  csv: 'text/csv;charset=utf-8',
  gzip: 'application/gzip',
  text: 'text/plain;charset=utf-8',
};

const isDate = (text: string): text is VersionDate =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text;

/** The newest version of the operation that is not newer than `asked`; `preview` is only ever itself. */
export function newestNotAfter(operation: Mounted, asked: string): Omit<Chosen, 'format'> | undefined {
  const date = (Object.keys(operation.versions) as Version[])
    .filter((it) => (asked === 'preview' ? it === asked : it !== 'preview' && it <= asked))
    .sort()
    .at(-1);
  return date && { date, version: operation.versions[date] as DatedVersion<never, unknown> };
}

/** Whether a version answers in this format. */
export const offers = ({ as, reply }: DatedVersion<never, unknown>, format: Chosen['format']): boolean =>
  format === 'json' ? reply !== undefined || !as : as?.[format] !== undefined;

/** The media types of an `Accept` header in lower case, without their parameters. */
const mediaTypes = (accept: string | undefined): string[] =>
  (accept ?? '').split(',').map((it) => it.split(';')[0]!.trim().toLowerCase());

/**
 * Picks by the Accept header. Throws INVALID_VERSION_DATE when it is missing, malformed, older than the first version or
 * asks for a format that version is not offered in.
 */
export function byAccept(operation: Mounted, accept: string | undefined): Chosen {
  for (const type of mediaTypes(accept)) {
    const [, asked, suffix] = VENDOR.exec(type) ?? [];
    if (!asked || !(asked === 'preview' || isDate(asked))) continue;
    const format = suffix as Format;
    const chosen = newestNotAfter(operation, asked);
    if (chosen && offers(chosen.version, format)) return { ...chosen, format };
  }
  throw fail('INVALID_VERSION_DATE');
}

/** Where the surface fixes the date, the Accept header only picks the format: the first that is offered, else JSON. */
export function byFormat(operation: Mounted, date: string, accept: string | undefined): Chosen {
  const chosen = newestNotAfter(operation, date)!;
  const formats = (Object.keys(plainTypes) as Chosen['format'][]).filter((it) => offers(chosen.version, it));
  const asked = mediaTypes(accept)
    .map((type) => formats.find((it) => plainTypes[it].split(';')[0] === type))
    .find((it) => it);
  return { ...chosen, format: asked ?? formats[0]! };
}

/** The answer of a version in one of its formats besides JSON. */
export const rawAnswer = ({ version, format }: Chosen, result: unknown): Raw | undefined =>
  format === 'json' ? undefined : version.as![format]!(result);

/** Bodies come as plain JSON or as the vendor type of any date. */
export function isJsonType(contentType: string): boolean {
  const [type] = mediaTypes(contentType);
  return type === 'application/json' || VENDOR.exec(type!)?.[2]?.toLowerCase() === 'json';
}
