import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { Failure, type FieldViolation, fail } from './failure.ts';
import type { Paging, QueryValue } from './operation.ts';
import { SET, VIOLATION } from './wire.ts';

const { validate: isDateTime } = formats.default.get('date-time') as { validate(text: string): boolean };

/** RFC 3339 has leap seconds, which are no time that a `Date` could be. */
function addFormats(to: Ajv): void {
  formats.default(to);
  to.addFormat('date-time', (text: string) => isDateTime(text) && !Number.isNaN(Date.parse(text)));
}

const ajv = new Ajv({
  ...{ allErrors: false, strict: false, useDefaults: true, coerceTypes: false, discriminator: true },
  // An error brings the schema that refused.
  verbose: true,
});
addFormats(ajv);
// Attributes that are the server's to say: see `echoed`.
ajv.removeKeyword('readOnly').addKeyword({
  keyword: 'readOnly',
  schemaType: 'boolean',
  modifying: true,
  errors: false,
  compile: (isReadOnly: boolean) => (_data, at) => {
    if (isReadOnly && at) delete at.parentData[at.parentDataProperty];
    return true;
  },
});
ajv.addKeyword({
  keyword: SET,
  ...{ type: 'array', schemaType: 'boolean', modifying: true, errors: false },
  validate: (_isSet: boolean, list: unknown[]) => {
    const first = new Map(list.map((it) => [JSON.stringify(it), it]));
    if (first.size < list.length) list.splice(0, list.length, ...first.values());
    return true;
  },
});
const queryAjv = new Ajv({ allErrors: false, strict: false, useDefaults: true, coerceTypes: true });
addFormats(queryAjv);
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Deeper than any body of the interface by far, and less than the store can keep. */
const MAX_DEPTH = 100;

/** Whether JSON text nests deeper than that; counts brackets outside of strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    } else if (char === 0x7b || char === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How JSON spells what no name, path or link can hold; most bodies are spared the closer look. */
const UNSOUND_ESCAPE = /\\u(0000|d[89a-f])/i;
const isSound = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

function refuseUnsound(key: string, value: unknown): unknown {
  if (!isSound(key) || (typeof value === 'string' && !isSound(value)))
    throw fail('INVALID_JSON_ATTRIBUTE', key.toWellFormed());
  return value;
}

/** Parses a JSON body. Duplicate keys keep the last one, as Atlas does; `__proto__` can only be a plain attribute. */
export function parseBody(raw: Buffer): unknown {
  try {
    const text = utf8.decode(raw);
    if (!isTooDeep(text)) return JSON.parse(text, UNSOUND_ESCAPE.test(text) ? refuseUnsound : undefined);
  } catch (error) {
    // Not UTF-8 or not JSON: one refusal for both.
    if (error instanceof Failure) throw error;
  }
  throw fail('MALFORMED_JSON');
}

/**
 * Holds a body against its schema; throws the failure that names the attribute. Fills in defaults. What the answer
 * alone has, which `shown` is the schema of, is not unknown but read-only.
 */
export function checkBody(schema: TSchema, body: unknown, shown?: TSchema): void {
  const root = schema as { type?: string };
  if (root.type === 'object' && (typeof body !== 'object' || body === null || Array.isArray(body)))
    throw fail('INVALID_JSON');
  if (root.type === 'array' && !Array.isArray(body)) throw fail('INVALID_JSON');
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  if (!check(body)) throw explain(check.errors![0]!, body, shown);
}

function explain(error: ErrorObject, body: unknown, shown: TSchema | undefined) {
  const path = attributePath(error.instancePath);
  const join = (name: string) => (path ? `${path}.${name}` : name);
  switch (error.keyword) {
    case 'required':
      return fail('MISSING_ATTRIBUTE', join(error.params.missingProperty));
    case 'additionalProperties': {
      const name: string = error.params.additionalProperty;
      // The answer is said item by item.
      const at = [...segments(error.instancePath), name].slice(Array.isArray(body) ? 1 : 0);
      const isShown = shown && propertyAt(shown, at) !== undefined;
      return fail(isShown ? 'ATTRIBUTE_READ_ONLY' : 'INVALID_ATTRIBUTE', join(name));
    }
    case 'enum':
    case 'const': {
      const value = valueAt(body, error.instancePath);
      const violation: FieldViolation | undefined = error.parentSchema?.[VIOLATION];
      if (violation && typeof value === 'string') return violated(violation, value);
      return typeof value === 'string' ? fail('INVALID_ENUM_VALUE', value) : fail('INVALID_JSON_ATTRIBUTE', path);
    }
    case 'type':
    case 'format':
      return fail('INVALID_JSON_ATTRIBUTE', path || 'body');
    default:
      return fail('VALIDATION_ERROR', `${path || 'body'} ${error.message}`);
  }
}

const segments = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `/a/0/b` in Atlas's words: `a.java.util.ArrayList[0].b`. */
const attributePath = (pointer: string): string =>
  segments(pointer)
    .map((it) => (/^\d+$/.test(it) ? `java.util.ArrayList[${it}]` : it))
    .join('.');

const violated = ({ field, description }: FieldViolation, value: string): Failure =>
  new Failure('BAD_REQUEST', [], [{ field, description: description.replace('%s', () => value) }]);

/** The schema of what lies at a path, as far as the schema says so by itself. */
function propertyAt(schema: TSchema, path: readonly string[]): TSchema | undefined {
  let at: { items?: TSchema; properties?: Record<string, TSchema> } | undefined = schema;
  for (const key of path)
    at =
      at?.items && /^\d+$/.test(key)
        ? at.items
        : Object.hasOwn(at?.properties ?? {}, key)
          ? at!.properties![key]
          : undefined;
  return at as TSchema | undefined;
}

const valueAt = (body: unknown, pointer: string): unknown =>
  segments(pointer).reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], body);

export interface Query {
  envelope: boolean;
  pretty: boolean;
  paging: Paging;
  declared: Record<string, QueryValue>;
}

const flag = (name: string, value: string | undefined, otherwise: boolean): boolean => {
  if (value === undefined) return otherwise;
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw fail('INVALID_QUERY_PARAMETER', name);
};

const within = (name: string, value: string | undefined, otherwise: number, most: number): number => {
  if (value === undefined) return otherwise;
  const n = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (n < 1 || n > most) throw fail('INVALID_QUERY_PARAMETER', name);
  return n;
};

export const parsePretty = (params: URLSearchParams): boolean => /^true$/i.test(params.get('pretty') ?? '');
export const parseEnvelope = (params: URLSearchParams): boolean => /^true$/i.test(params.get('envelope') ?? '');

const isList = (schema: TSchema): boolean => (schema as { type?: string }).type === 'array';
/** Clients repeat the parameter or separate its values by commas. */
const listed = (params: URLSearchParams, name: string): string[] | undefined =>
  params.has(name)
    ? params
        .getAll(name)
        .flatMap((it) => it.split(','))
        .filter(Boolean)
    : undefined;

export const MOST_PAGES = 1_000_000;
export const MOST_PER_PAGE = 500;

/** Reads the common query parameters and the operation's own. Unknown ones are ignored, as Atlas ignores them. */
export function readQuery(params: URLSearchParams, declared: Readonly<Record<string, TSchema>> = {}): Query {
  const get = (name: string) => params.get(name) ?? undefined;
  const pageNum = within('pageNum', get('pageNum'), 1, MOST_PAGES);
  const itemsPerPage = within('itemsPerPage', get('itemsPerPage'), 100, MOST_PER_PAGE);
  const own: Query['declared'] = {};
  for (const [name, schema] of Object.entries(declared)) {
    const holder = { value: isList(schema) ? listed(params, name) : get(name) };
    let check = compiled.get(schema);
    if (!check) {
      check = queryAjv.compile({ type: 'object', properties: { value: schema } });
      compiled.set(schema, check);
    }
    if (holder.value === undefined) delete (holder as Partial<typeof holder>).value;
    if (!check(holder) || [holder.value].flat().some((it) => String(it).includes('\0')))
      throw fail('INVALID_QUERY_PARAMETER', name);
    own[name] = holder.value;
  }
  return {
    envelope: flag('envelope', get('envelope'), false),
    pretty: flag('pretty', get('pretty'), false),
    paging: {
      pageNum,
      itemsPerPage,
      includeCount: flag('includeCount', get('includeCount'), true),
      skip: (pageNum - 1) * itemsPerPage,
    },
    declared: own,
  };
}
