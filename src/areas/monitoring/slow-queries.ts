import { createHash } from 'node:crypto';

/** A query that mongod found slow enough to log. */
export interface SlowQuery {
  at: number;
  namespace: string;
  opType: string;
  durationMs: number;
  docsExamined: number;
  keysExamined: number;
  docsReturned: number;
  responseLength: number;
  numYields: number;
  hasSort: boolean;
  collectionScan: boolean;
  /** What it looks for and in which order, where the log tells. */
  filter?: Record<string, unknown>;
  sort?: Record<string, unknown>;
  line: string;
}

/** The number that mongod gives to the line of a slow query. */
const SLOW = '"id":51803,';

interface Attr {
  type?: string;
  ns?: string;
  command?: Record<string, unknown>;
  planSummary?: string;
  durationMillis?: number;
  docsExamined?: number;
  keysExamined?: number;
  nreturned?: number;
  reslen?: number;
  numYields?: number;
  hasSortStage?: boolean;
}

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it);

/** Filter and sort of a command: of a find, of an update or delete, or of the first stages of an aggregation. */
function shapeOf(command: Record<string, unknown> = {}): Pick<SlowQuery, 'filter' | 'sort'> {
  const stages = Array.isArray(command.pipeline) ? command.pipeline.filter(isObject) : [];
  const filter = command.filter ?? command.query ?? command.q ?? stages.find((it) => it.$match)?.$match;
  const sort = command.sort ?? stages.find((it) => it.$sort)?.$sort;
  return { filter: isObject(filter) ? filter : undefined, sort: isObject(sort) ? sort : undefined };
}

/** The slow queries on the project's own data that a log tells of, oldest first. */
export async function* slowQueries(lines: AsyncIterable<string>): AsyncGenerator<SlowQuery> {
  for await (const line of lines) {
    if (!line.includes(SLOW)) continue;
    const { t, attr = {} }: { t: { $date: string }; attr?: Attr } = JSON.parse(line);
    const { ns = '', command, planSummary = '' } = attr;
    // What mongod and the control plane do among themselves is nobody's query.
    if (!ns.includes('.') || /^(admin|config|local)\.|\.\$cmd|\.system\./.test(ns)) continue;
    yield {
      at: Date.parse(t.$date),
      namespace: ns,
      opType: Object.keys(command ?? {})[0] ?? attr.type ?? 'command',
      durationMs: attr.durationMillis ?? 0,
      docsExamined: attr.docsExamined ?? 0,
      keysExamined: attr.keysExamined ?? 0,
      docsReturned: attr.nreturned ?? 0,
      responseLength: attr.reslen ?? 0,
      numYields: attr.numYields ?? 0,
      hasSort: attr.hasSortStage === true,
      collectionScan: planSummary.startsWith('COLLSCAN'),
      ...shapeOf(command),
      line,
    };
  }
}

const isRange = (condition: unknown): boolean =>
  isObject(condition) && Object.keys(condition).some((it) => /^\$(gt|gte|lt|lte|ne|nin|not|regex|exists)$/.test(it));

/** The index that would serve a query: fields it compares, then those it sorts by, then those it takes a range of. */
export function indexFor({ filter = {}, sort = {} }: Pick<SlowQuery, 'filter' | 'sort'>): Record<string, 1 | -1>[] {
  const fields = Object.keys(filter).filter((it) => !it.startsWith('$'));
  const keys = new Map<string, 1 | -1>();
  for (const it of fields) if (!isRange(filter[it])) keys.set(it, 1);
  for (const [it, way] of Object.entries(sort)) if (!keys.has(it)) keys.set(it, way === -1 ? -1 : 1);
  for (const it of fields) if (!keys.has(it)) keys.set(it, 1);
  keys.delete('_id');
  return [...keys].map(([field, way]) => ({ [field]: way }));
}

export interface Suggestion {
  id: string;
  namespace: string;
  index: Record<string, 1 | -1>[];
  queries: SlowQuery[];
}

/** One index for each kind of query that had to read its whole collection; the one that took the most time first. */
export function suggestions(queries: readonly SlowQuery[]): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const query of queries.filter((it) => it.collectionScan)) {
    const index = indexFor(query);
    if (!index.length) continue;
    const about = `${query.namespace} ${JSON.stringify(index)}`;
    const id = createHash('sha256').update(about).digest('hex').slice(0, 24);
    const known = found.get(id) ?? { id, namespace: query.namespace, index, queries: [] };
    known.queries.push(query);
    found.set(id, known);
  }
  const took = ({ queries: all }: Suggestion) => all.reduce((sum, it) => sum + it.durationMs, 0);
  return [...found.values()].sort((a, b) => took(b) - took(a));
}
