// An example of what a schema describes, the same every time: for the pages and the samples.
import type { Schema } from './schema.ts';

export const EXAMPLE_ID = '32b6e34b3d91647abb20e7b8';
const INSTANT = '2026-01-31T12:00:00Z';

/** By the attribute's name, where a name says more than its type. */
const NAMED: readonly (readonly [RegExp, unknown])[] = [
  [/^(clientId)$/, `mdb_sa_id_${EXAMPLE_ID}`],
  [/^(_id|id|.*Ids?)$/, EXAMPLE_ID],
  [/(^created|^updated|[a-z](At|Date|Time|Until)$|^lastUsed)/, INSTANT],
  [/^(href|.*Ur[il])$/, 'https://example.com'],
  [/^(cidrBlock)$/, '192.0.2.0/24'],
  [/^(ipAddress|accessListIps)$/, '192.0.2.1'],
  [/^(clusterName)$/, 'Cluster0'],
  [/^(databaseName|db)$/, 'admin'],
  [/^(roleName)$/, 'readAnyDatabase'],
  [/^(publicKey)$/, 'abcdefgh'],
  [/^(username|.*Username)$/, 'user@example.com'],
  [/^(providerName|cloudProvider)$/, 'AWS'],
  [/^(instanceSize)$/, 'M10'],
  [/^(regionName)$/, 'EU_CENTRAL_1'],
  [/^(mongoDBMajorVersion|.*[vV]ersion)$/, '8.0'],
  [/^(desc|description|comment)$/, 'What it is for'],
  [/^(password)$/, 'correct-horse-battery-staple'],
];

function text({ format, pattern, minLength = 0 }: Schema, name: string): string {
  if (format === 'date-time') return INSTANT;
  if (format === 'date') return INSTANT.slice(0, 10);
  if (pattern?.includes('{24}')) return EXAMPLE_ID;
  const named = NAMED.find(([it]) => it.test(name))?.[1];
  const candidate = typeof named === 'string' ? named : 'example';
  const fits = !pattern || new RegExp(pattern, 'u').test(candidate);
  if (fits) return candidate.padEnd(minLength, 'x');
  return (
    ['EXAMPLE', 'Example', '8.0', '1', 'a', '$external'].find((it) => new RegExp(pattern, 'u').test(it)) ?? candidate
  );
}

/** What a request needs though its schema does not say so, since it depends on the other attributes. */
const NEEDED = /^(password|cidrBlock)$/;

export interface ExampleOptions {
  /** Leaves out what need not be said, wherever something else is. For requests, so that they can be sent as they are. */
  brief?: boolean;
}

export const example = (schema: object, opts: ExampleOptions = {}): unknown => exampleOf(schema, '', 0, opts);

function exampleOf(schema: Schema, name: string, depth: number, opts: ExampleOptions): unknown {
  const within = (inner: Schema, key = name) => exampleOf(inner, key, depth + 1, opts);
  const { examples, anyOf, oneOf, allOf } = schema;
  if (examples?.length) return examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum.find((it) => it !== '' && it !== null) ?? schema.enum[0];
  const choices = anyOf ?? oneOf;
  if (choices) return within(choices.find((it) => it.type !== 'null') ?? {});
  if (allOf) return Object.assign({}, ...allOf.map((it) => within(it)));
  const type = Array.isArray(schema.type) ? schema.type.find((it) => it !== 'null') : schema.type;
  if (type === 'object' || schema.properties) return depth > 12 ? {} : members(schema, opts, within);
  if (type === 'array') return depth > 12 ? [] : [within(schema.items ?? {})];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return !opts.brief;
  if (type === 'string') return text(schema, name);
  return {};
}

function members(
  { properties = {}, required = [] }: Schema,
  { brief }: ExampleOptions,
  within: (it: Schema, key: string) => unknown,
) {
  const isTold = ([key, inner]: [string, Schema]) =>
    // What may be anything is the server's to say, or says nothing here.
    required.includes(key) || NEEDED.test(key) || (Object.keys(inner).length > 0 && !(brief && required.length));
  return Object.fromEntries(
    Object.entries(properties)
      .filter(isTold)
      .map(([key, inner]) => [key, within(inner, key)]),
  );
}
