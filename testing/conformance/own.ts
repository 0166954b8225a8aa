// Holds an exchange against what our own OpenAPI document says: declared status, declared error code, the answer's schema.
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Mounted } from '../../src/kernel/operation.ts';
import { routePath } from '../../src/kernel/route.ts';
import { openapi } from '../../src/reference/openapi.ts';
import type { Exchange } from './published.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is JSON
type Json = any;

/** Filters before the operations: without credentials no operation is reached. */
const BEFORE = new Set([401, 405]);

export interface OwnJudge {
  /** Which operation an exchange is of; undefined when it is none of ours. */
  operationOf(exchange: Exchange): Mounted | undefined;
  /** What does not hold. */
  judge(exchange: Exchange): string[];
}

export function createOwnJudge(operations: readonly Mounted[]): OwnJudge {
  const document: Json = openapi(operations, { origin: 'http://localhost', version: '0.0.0', language: 'en' });
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'telamon');
  const find = (parts: string[]) => parts.reduce<Json>((node, key) => node?.[key], document);
  const pointer = (parts: string[]) =>
    `telamon#/${parts.map((it) => encodeURIComponent(it.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const routes = operations.map((it) => {
    const prefix = it.surface === 'telamon' ? '/api/telamon/v1' : '/api/atlas/v2';
    const template = prefix + it.route.slice(it.route.indexOf(' ') + 1);
    const { method, pattern } = routePath(it.route, prefix);
    return { operation: it, id: it.id, method, pattern, template, literal: template.replaceAll(/\{\w+\}/g, '').length };
  });
  // A literal segment wins over a parameter, as in the router.
  routes.sort((a, b) => b.literal - a.literal);

  const routeOf = ({ method, path }: Exchange) => {
    const plain = path.replaceAll(/%3A/gi, ':');
    return routes.find((it) => it.method === method && it.pattern.test(plain));
  };

  function judge(exchange: Exchange): string[] {
    const { method, status, contentType, body } = exchange;
    const route = routeOf(exchange);
    if (!route || BEFORE.has(status)) return [];
    const direct = ['paths', route.template, method.toLowerCase(), 'responses', String(status)];
    const named = find(direct)?.$ref?.split('/').slice(1) as string[] | undefined;
    const at = named ?? direct;
    const response = find(at);
    if (!response)
      return [`own document: ${route.id} does not declare the status ${status} (${(body as Json)?.errorCode})`];
    const type = contentType?.split(';')[0];
    const declared = Object.keys(response.content ?? {});
    if (body === null) return [];
    if (!type || !declared.includes(type)) return [`own document: ${route.id} ${status} does not declare ${type}`];
    const check = ajv.getSchema(pointer([...at, 'content', type, 'schema'])) as ValidateFunction;
    if (check(body)) return [];
    if (status >= 400) return [`own document: ${route.id} does not declare ${status} ${(body as Json).errorCode}`];
    return [`own document: ${route.id} ${status} ${ajv.errorsText(check.errors, { dataVar: 'answer' })}`];
  }

  return { judge, operationOf: (exchange) => routeOf(exchange)?.operation };
}
