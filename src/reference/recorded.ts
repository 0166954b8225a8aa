import { readFileSync } from 'node:fs';
import type { Described, DescribedVersion } from './describe.ts';
import { example } from './example.ts';
import type { Schema } from './schema.ts';

/** Answers that this server gave in its own tests, by operation and version; `npm run examples` writes them. */
export const recorded: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('./assets/examples.json', import.meta.url), 'utf8'),
);

/** Where the recorded answers say they were given. */
const RECORDED_AT = 'http://127.0.0.1:8080';

/** One item of what an operation answers: as it was given, or as its schema allows where no test has asked for it. */
export function replyExample({ id }: Described, { date, reply }: DescribedVersion, origin: string): unknown {
  const given = recorded[`${id} ${date}`];
  if (given === undefined) return example(reply!);
  return JSON.parse(JSON.stringify(given).replaceAll(RECORDED_AT, origin));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema with what an answer shows beside it: areas keep theirs to what clients rely on. */
export function widened(schema: Schema, answer: unknown): Schema {
  if (Array.isArray(answer)) return { type: 'array', ...schema, items: widened(schema.items ?? {}, answer[0]) };
  if (!isObject(answer)) {
    const isTold = Object.keys(schema).length > 0 || answer === null || answer === undefined;
    return isTold ? schema : { type: typeof answer };
  }
  if (schema.anyOf || schema.oneOf || schema.allOf) return schema;
  const names = [...new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(answer)])];
  const properties = names.map((name) => [name, widened(schema.properties?.[name] ?? {}, answer[name])]);
  return { type: 'object', ...schema, properties: Object.fromEntries(properties) };
}
