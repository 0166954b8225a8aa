import type { TSchema } from 'typebox';
import { type ErrorCode, errorCodes } from '../contract/errors.ts';
import { undated, type Version } from '../contract/versions.ts';
import type { DatedVersion, Mounted } from '../kernel/operation.ts';
import { kernelRefusals } from '../kernel/refusals.ts';
import { MOST_PAGES, MOST_PER_PAGE } from '../kernel/validate.ts';
import { type Chosen, offers, plainTypes } from '../kernel/version.ts';
import { parameterOf } from './parameters.ts';
import type { TagTexts, Text } from './text.ts';
import { textOf } from './texts.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema: object;
  about: Readonly<Record<'en' | 'ja', string>>;
  /** What a sample puts there. */
  example: string;
}

export interface DescribedVersion
  extends Pick<DatedVersion<never, unknown>, 'body' | 'bodyOptional' | 'reply' | 'status' | 'deprecated' | 'location'> {
  date: Version;
  /** Of bodies, in both directions. */
  mediaType: string;
  /** Whether it answers in JSON; if not, only in the raw formats. */
  inJson: boolean;
  /** Media types of the answers that are sent as they are: logs, tables. */
  raw: readonly string[];
}

/** An operation as the reference speaks of it: what both the OpenAPI document and the pages are made from. */
export interface Described {
  operation: Mounted;
  id: string;
  method: string;
  /** The whole path, with its parameters in braces. */
  path: string;
  tag: TagTexts['tag'];
  text: Text;
  parameters: readonly Parameter[];
  /** Newest first, preview last. */
  versions: readonly DescribedVersion[];
  /** Codes by the status they come with, lowest first. */
  errors: readonly (readonly [status: number, codes: readonly ErrorCode[]])[];
  /** Undated surfaces on which it answers too, e.g. `v1.0`. */
  alsoOn: readonly string[];
}

const flag = (otherwise: boolean) => ({ type: 'boolean', default: otherwise });
const PAGING = {
  includeCount: flag(true),
  itemsPerPage: { type: 'integer', minimum: 1, maximum: MOST_PER_PAGE, default: 100 },
  pageNum: { type: 'integer', minimum: 1, maximum: MOST_PAGES, default: 1 },
};

const answersInJson = ({ versions }: Mounted): boolean =>
  Object.values(versions).some((it) => it && offers(it as DatedVersion<never, unknown>, 'json'));

function parametersOf(operation: Mounted, path: string): Parameter[] {
  const parameter = (where: Parameter['in']) => (name: string, schema?: object) => {
    const { about, example, schema: known } = parameterOf(name);
    return { name, in: where, schema: schema ?? known, about, example };
  };
  const query: Record<string, TSchema | object> = {
    ...operation.query,
    ...(operation.list === 'page' ? PAGING : {}),
    ...(answersInJson(operation) ? { envelope: flag(false), pretty: flag(false) } : {}),
  };
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map((it) => parameter('path')(it[1]!)),
    ...Object.entries(query).map(([name, schema]) => parameter('query')(name, schema)),
  ];
}

function versionsOf({ surface, versions }: Mounted): DescribedVersion[] {
  const typed = (date: string, format: Chosen['format']) =>
    surface === 'telamon' ? plainTypes[format].split(';')[0]! : `application/vnd.atlas.${date}+${format}`;
  const order = (date: Version) => (date === 'preview' ? '' : date);
  return (Object.entries(versions) as [Version, DatedVersion<never, unknown>][])
    .map(([date, version]) => {
      const formats = Object.keys(version.as ?? {}) as Chosen['format'][];
      return {
        ...version,
        date,
        mediaType: typed(date, 'json'),
        inJson: offers(version, 'json'),
        raw: formats.map((it) => typed(date, it)),
      };
    })
    .sort((a, b) => (order(a.date) < order(b.date) ? 1 : -1));
}

function errorsOf(operation: Mounted): [number, ErrorCode[]][] {
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of [...kernelRefusals(operation), ...operation.fails]) {
    const [status] = errorCodes[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return [...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [status, [...codes].sort()]);
}

export function describe(operation: Mounted): Described {
  const space = operation.route.indexOf(' ');
  const own = operation.surface === 'telamon';
  const path = (own ? '/api/telamon/v1' : '/api/atlas/v2') + operation.route.slice(space + 1);
  const first = Object.keys(operation.versions).sort()[0]!;
  return {
    ...{ operation, id: operation.id, method: operation.route.slice(0, space), path, ...textOf(operation.id) },
    parameters: parametersOf(operation, path),
    versions: versionsOf(operation),
    errors: errorsOf(operation),
    alsoOn: own ? [] : Object.entries(undated).flatMap(([name, date]) => (first <= date ? [name] : [])),
  };
}

/** By tag, the tags in alphabetical order; within one by path and method. */
export function byTag(all: readonly Described[]): [TagTexts['tag'], Described[]][] {
  const groups = new Map<string, Described[]>();
  const place = ({ path, method }: Described) => `${path} ${method}`;
  for (const it of [...all].sort((a, b) => (place(a) < place(b) ? -1 : 1)))
    groups.set(it.tag.en, [...(groups.get(it.tag.en) ?? []), it]);
  return [...groups.values()]
    .map((some) => [some[0]!.tag, some] as [TagTexts['tag'], Described[]])
    .sort(([a], [b]) => (a.en < b.en ? -1 : 1));
}
