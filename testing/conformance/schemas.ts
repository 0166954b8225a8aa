// The schemas of the published interface, where it is at hand.
import { existsSync, readFileSync } from 'node:fs';

export interface Schema {
  $ref?: string;
  readOnly?: boolean;
  writeOnly?: boolean;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  additionalProperties?: unknown;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface PublishedOperation {
  operationId?: string;
  requestBody?: Content;
  responses: Record<string, Content>;
}

const file = '../shared/atlas/spec/atlas-openapi.json';
export const skipSchemas = existsSync(file) ? false : 'the published interface is not beside the repository';

/** Only where `skipSchemas` is false. */
export function loadSchemas() {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const resolve = (it: Schema): Schema =>
    it.$ref ? resolve(document.components.schemas[it.$ref.split('/').at(-1)!]) : it;
  const operations = new Map<string, PublishedOperation>();
  for (const path of Object.values<Record<string, PublishedOperation>>(document.paths))
    for (const it of Object.values(path)) if (it.operationId) operations.set(it.operationId, it);
  return { operations, resolve };
}

/** Attributes of a schema and of all that it is composed of. */
export function attributes(schema: Schema | undefined, resolve: (it: Schema) => Schema, seen = new Set<Schema>()) {
  const all: Record<string, Schema> = {};
  const visit = (at: Schema | undefined): void => {
    const it = at && resolve(at);
    if (!it || seen.has(it)) return;
    seen.add(it);
    Object.assign(all, it.properties);
    for (const part of [...(it.allOf ?? []), ...(it.oneOf ?? []), ...(it.anyOf ?? [])]) visit(part);
  };
  visit(schema);
  return all;
}

/** What a list holds, also where it is composed. */
export function itemsOf(schema: Schema, resolve: (it: Schema) => Schema, seen = new Set<Schema>()): Schema | undefined {
  const it = resolve(schema);
  if (it.items || seen.has(it)) return it.items;
  seen.add(it);
  for (const part of [...(it.allOf ?? []), ...(it.oneOf ?? []), ...(it.anyOf ?? [])]) {
    const found = itemsOf(part, resolve, seen);
    if (found) return found;
  }
  return undefined;
}
