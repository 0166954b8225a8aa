import type { VersionDate } from '../contract/versions.ts';
import { fail } from './failure.ts';
import type { DatedVersion, Mounted } from './operation.ts';

export interface Chosen {
  date: VersionDate;
  version: DatedVersion<never, unknown>;
}

const VENDOR = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+(json)$/i;

/** The newest version of the operation that is not newer than `asked`. */
export function newestNotAfter(operation: Mounted, asked: string): Chosen | undefined {
  const date = (Object.keys(operation.versions) as VersionDate[])
    .filter((it) => it <= asked)
    .sort()
    .at(-1);
  return date && { date, version: operation.versions[date] as DatedVersion<never, unknown> };
}

/** Picks by the Accept header. Throws INVALID_VERSION_DATE when it is missing, malformed or older than the first. */
export function byAccept(operation: Mounted, accept: string | undefined): Chosen {
  for (const part of (accept ?? '').split(',')) {
    const asked = VENDOR.exec(part.split(';')[0]!.trim())?.[1];
    if (!asked || Number.isNaN(Date.parse(asked)) || new Date(asked).toISOString().slice(0, 10) !== asked) continue;
    const chosen = newestNotAfter(operation, asked);
    if (chosen) return chosen;
  }
  throw fail('INVALID_VERSION_DATE');
}

/** Bodies come as plain JSON or as the vendor type of any date. */
export function isJsonType(contentType: string): boolean {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  return type === 'application/json' || VENDOR.test(type);
}
