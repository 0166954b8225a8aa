// What the published interface has and this server does not, where that interface is at hand.
import { existsSync, readFileSync } from 'node:fs';
import type { Mounted } from '../../src/kernel/operation.ts';

const file = '../shared/atlas/spec/atlas-openapi.json';
export const skipPublished = existsSync(file) ? false : 'the published interface is not beside the repository';

interface PublishedCall {
  tag: string;
  method: string;
  /** Below the prefix of the interface, with the names of its parameters. */
  path: string;
  /** The media types of its answers and of its body, each once. */
  mediaTypes: string[];
  hasBody: boolean;
}

interface RawOperation {
  tags?: string[];
  requestBody?: { content?: object };
  responses: Record<string, { content?: object }>;
}

const PREFIX = '/api/atlas/v2';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function callsOf([path, item]: [string, Record<string, RawOperation>]): PublishedCall[] {
  return METHODS.flatMap((method) => {
    const it = item[method];
    if (!it) return [];
    const contents = [...Object.values(it.responses), it.requestBody ?? {}].map(({ content }) => content ?? {});
    return {
      ...{ tag: it.tags![0]!, method: method.toUpperCase(), path: path.slice(PREFIX.length) },
      mediaTypes: [...new Set(contents.flatMap(Object.keys))],
      hasBody: it.requestBody !== undefined,
    };
  });
}

/** Whatever a parameter is called, it is the same route. */
const shapeOf = (route: string): string => route.replaceAll(/\{\w+\}/g, '{}');

/** Of each tag, in their order by name, how many calls it has and which of them are not mounted; only where published. */
export function notOffered(operations: readonly Mounted[]): { tag: string; count: number; missing: PublishedCall[] }[] {
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, RawOperation>> };
  const mounted = new Set(operations.map(({ route }) => shapeOf(route)));
  const all = Object.entries(paths).flatMap(callsOf);
  return [...new Set(all.map((it) => it.tag))].sort().map((tag) => {
    const its = all.filter((it) => it.tag === tag);
    const missing = its.filter(({ method, path }) => !mounted.has(shapeOf(`${method} ${path}`)));
    return { tag, count: its.length, missing };
  });
}
