import { html, type Markup, prose } from '../base/html.ts';
import type { Schema } from './schema.ts';
import type { Words } from './words.ts';

const code = (value: unknown) => html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;
const joined = (parts: readonly Markup[], by: string) => html`${parts.map((it, n) => (n ? html`${by}${it}` : it))}`;

function typeText(schema: Schema, words: Words): Markup {
  if (schema.const !== undefined) return html`${words.onlyOne} ${code(schema.const)}`;
  if (schema.enum) return html`${words.oneOf} ${joined(schema.enum.filter((it) => it !== '').map(code), ', ')}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices)
    return joined(
      choices.map((it) => typeText(it, words)),
      ` ${words.or} `,
    );
  if (schema.type === 'array') return html`${words.arrayOf} ${typeText(schema.items ?? {}, words)}`;
  const types = [schema.type ?? []].flat();
  return types.length ? html`${types.join(` ${words.or} `)}` : html`${words.any}`;
}

function limits(schema: Schema, words: Words): Markup[] {
  const { format, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const range = (low: number | undefined, high: number | undefined, what: string) =>
    low === undefined && high === undefined ? [] : [html`${low ?? ''}…${high ?? ''}${what}`];
  return [
    ...(format ? [code(format)] : []),
    ...(pattern ? [code(pattern)] : []),
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ` ${words.characters}`),
    ...range(minItems, maxItems, ` ${words.items}`),
    ...(schema.default === undefined ? [] : [html`= ${code(schema.default)}`]),
  ];
}

/** What a schema says of one value: its type and the bounds of it. */
export const valueText = (schema: object, words: Words): Markup =>
  joined([typeText(schema, words), ...limits(schema as Schema, words)], ' · ');

/** The members an attribute has, through arrays and choices. */
function membersOf(schema: Schema): [string, Schema, boolean][] {
  const { properties, required, items, anyOf, oneOf } = schema;
  if (properties) return Object.entries(properties).map(([name, it]) => [name, it, required?.includes(name) ?? false]);
  if (items) return membersOf(items);
  return (anyOf ?? oneOf ?? []).flatMap(membersOf);
}

const isOpaque = (schema: Schema) => Object.keys(schema).length === 0;

/** Every attribute with what it may be, nested as the body is: required ones first, those that may be anything last. */
export function attributes(schema: object, words: Words, depth = 0): Markup | undefined {
  const members = membersOf(schema);
  if (!members.length || depth > 8) return undefined;
  const told = members
    .filter(([, it, required]) => required || !isOpaque(it))
    .sort(([, , a], [, , b]) => Number(b) - Number(a));
  const opaque = members.flatMap(([name, it, required]) => (!required && isOpaque(it) ? [code(name)] : []));
  return html`<ul class="attributes">${told.map((it) => attribute(it, words, depth))}${
    opaque.length > 0 && html`<li class="type">${words.opaque} ${joined(opaque, ', ')}</li>`
  }</ul>`;
}

function attribute([name, schema, required]: [string, Schema, boolean], words: Words, depth: number): Markup {
  const inner = attributes(schema, words, depth + 1);
  const line = html`<code class="name">${name}</code> <span class="type">${valueText(schema, words)}</span>${
    required && html` <span class="required">${words.required}</span>`
  }${schema.description !== undefined && html`<p>${prose(schema.description)}</p>`}`;
  return inner ? html`<li><details><summary>${line}</summary>${inner}</details></li>` : html`<li>${line}</li>`;
}
