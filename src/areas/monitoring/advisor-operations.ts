import Type from 'typebox';
import { operation } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import { linesBetween, linesOf } from './log-lines.ts';
import { findProcess, type ProcessRoom } from './process-operations.ts';
import type { Process } from './processes.ts';
import { type SlowQuery, type Suggestion, slowQueries, suggestions } from './slow-queries.ts';

const DAY_MS = 86_400_000;
const MOST = 20_000;

const span = {
  since: Type.Optional(Type.Integer({ minimum: 1_199_145_600_000 })),
  duration: Type.Optional(Type.Integer({ minimum: 1 })),
};
const namespaces = Type.Optional(Type.Array(Type.String()));
const about = { inside: 'group', bucket: 'user' } as const;
const fails = ['HOSTNAME_AND_PORT_NOT_FOUND'] as const;
type Asked = Readonly<Record<string, unknown>>;

/** The slow queries of the time that is asked for, the last 24 hours by default; newest last. */
async function found({ clients, clock }: ProcessRoom, process: Process, asked: Asked): Promise<SlowQuery[]> {
  const { since, duration } = asked as { since?: number; duration?: number };
  const now = clock.now().getTime();
  const from = since ?? now - (duration ?? DAY_MS);
  const until = since !== undefined && duration !== undefined ? since + duration : now;
  const only = asked.namespaces as string[] | undefined;
  const queries: SlowQuery[] = [];
  for await (const it of slowQueries(linesBetween(linesOf(clients, process.log), from, until)))
    if (!only?.length || only.includes(it.namespace)) queries.push(it);
  return queries;
}

export const listAdvisorNamespaces = operation<
  ProcessRoom,
  unknown,
  { namespaces: { namespace: string; type: string }[] },
  (typeof fails)[number]
>({
  ...about,
  id: 'listGroupProcessPerformanceAdvisorNamespaces',
  route: 'GET /groups/{groupId}/processes/{processId}/performanceAdvisor/namespaces',
  roles: ['GROUP_READ_ONLY'],
  fails,
  query: span,
  versions: {
    '2023-01-01': {
      reply: Type.Object({ namespaces: Type.Array(Type.Object({ namespace: Type.String(), type: Type.String() })) }),
      status: 200,
    },
  },
  async run({ group, path, query }, room) {
    const queries = await found(room, await findProcess(room, group.id, path.processId!), query);
    const names = [...new Set(queries.map((it) => it.namespace))].slice(0, 20);
    return { namespaces: names.map((namespace) => ({ namespace, type: 'collection' })) };
  },
});

const SlowQueriesReply = Type.Object({
  slowQueries: Type.Array(
    Type.Object({
      namespace: Type.String(),
      line: Type.String(),
      opType: Type.Optional(Type.String()),
      metrics: Type.Optional(
        Type.Object({
          ...sometimes(Type.Number(), 'docsExamined', 'docsReturned', 'keysExamined', 'numYields', 'responseLength'),
          ...sometimes(Type.Number(), 'operationExecutionTime'),
          hasSort: Type.Optional(Type.Boolean()),
        }),
      ),
    }),
  ),
});

export const listSlowQueries = operation<ProcessRoom, unknown, { slowQueries: unknown[] }, (typeof fails)[number]>({
  ...about,
  id: 'listGroupProcessPerformanceAdvisorSlowQueryLogs',
  route: 'GET /groups/{groupId}/processes/{processId}/performanceAdvisor/slowQueryLogs',
  roles: ['GROUP_DATA_ACCESS_READ_ONLY', 'GROUP_OBSERVABILITY_VIEWER', 'GROUP_STREAM_PROCESSING_OWNER'],
  fails,
  query: {
    ...span,
    namespaces,
    nLogs: Type.Integer({ minimum: 0, maximum: MOST, default: MOST }),
    includeMetrics: Type.Boolean({ default: false }),
    includeReplicaState: Type.Boolean({ default: false }),
    includeOpType: Type.Boolean({ default: false }),
  },
  versions: { '2023-01-01': { reply: SlowQueriesReply, status: 200 } },
  async run({ group, path, query }, room) {
    const queries = await found(room, await findProcess(room, group.id, path.processId!), query);
    const asked = queries.reverse().slice(0, query.nLogs as number);
    return {
      slowQueries: asked.map((it) => ({
        namespace: it.namespace,
        line: it.line,
        opType: query.includeOpType ? it.opType : undefined,
        metrics: query.includeMetrics
          ? {
              docsExamined: it.docsExamined,
              docsReturned: it.docsReturned,
              hasSort: it.hasSort,
              keysExamined: it.keysExamined,
              numYields: it.numYields,
              operationExecutionTime: it.durationMs,
              responseLength: it.responseLength,
            }
          : undefined,
      })),
    };
  },
});

const mean = (sum: number, count: number): number => Math.round(sum / count);
const total = (queries: readonly SlowQuery[], of: (it: SlowQuery) => number): number =>
  queries.reduce((sum, it) => sum + of(it), 0);

const writeShape = ({ id, namespace, queries }: Suggestion, examples: number) => ({
  id,
  namespace,
  avgMs: mean(
    total(queries, (it) => it.durationMs),
    queries.length,
  ),
  count: queries.length,
  inefficiencyScore: mean(
    total(queries, (it) => it.docsExamined),
    Math.max(
      1,
      total(queries, (it) => it.docsReturned),
    ),
  ),
  operations: queries.slice(-examples).map((it) => ({
    predicates: [it.filter ?? {}],
    stats: { ms: it.durationMs, nReturned: it.docsReturned, nScanned: it.docsExamined, ts: Math.floor(it.at / 1_000) },
  })),
});

const Counts = Type.Object(sometimes(Type.Number(), 'ms', 'nReturned', 'nScanned', 'ts'));
const SuggestionsReply = Type.Object({
  shapes: Type.Array(
    Type.Object({
      id: Type.String(),
      namespace: Type.String(),
      avgMs: Type.Number(),
      count: Type.Integer(),
      inefficiencyScore: Type.Number(),
      operations: Type.Array(Type.Object({ predicates: Type.Array(Type.Unknown()), stats: Counts })),
    }),
  ),
  suggestedIndexes: Type.Array(
    Type.Object({
      id: Type.String(),
      namespace: Type.String(),
      ...sometimes(Type.Array(Type.String()), 'impact'),
      ...sometimes(Type.Array(Type.Unknown()), 'index'),
      ...sometimes(Type.Number(), 'avgObjSize', 'weight'),
    }),
  ),
});

export const listSuggestedIndexes = operation<
  ProcessRoom,
  unknown,
  { shapes: unknown[]; suggestedIndexes: unknown[] },
  (typeof fails)[number]
>({
  ...about,
  id: 'listGroupProcessPerformanceAdvisorSuggestedIndexes',
  route: 'GET /groups/{groupId}/processes/{processId}/performanceAdvisor/suggestedIndexes',
  roles: ['GROUP_READ_ONLY'],
  fails,
  query: {
    ...span,
    namespaces,
    nExamples: Type.Integer({ minimum: 0, maximum: 100, default: 5 }),
    nIndexes: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  },
  versions: { '2023-01-01': { reply: SuggestionsReply, status: 200 } },
  async run({ group, path, query }, room) {
    const queries = await found(room, await findProcess(room, group.id, path.processId!), query);
    const wanted = suggestions(queries).slice(0, (query.nIndexes as number | undefined) ?? 20);
    return {
      shapes: wanted.map((it) => writeShape(it, query.nExamples as number)),
      suggestedIndexes: wanted.map(({ id, namespace, index, queries: served }) => ({
        ...{ id, namespace, index, impact: [id] },
        weight: total(served, (it) => it.durationMs),
      })),
    };
  },
});

export const advisorOperations = [listAdvisorNamespaces, listSlowQueries, listSuggestedIndexes];
