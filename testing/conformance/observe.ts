// Every exchange of the tests passes here: it is held against the published interface, where that is at hand, and
// against our own OpenAPI document. What does not hold fails the file that sent it.
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Mounted } from '../../src/kernel/operation.ts';
import { EXAMPLES, joined, kept } from './examples.ts';
import { exceptionFor } from './exceptions.ts';
import { createOwnJudge, type OwnJudge } from './own.ts';
import { type Exchange, type Finding, isPublishedHere, loadPublished } from './published.ts';

/** Where the verdicts of all files are gathered for the summary; set by testing/run.ts. */
const REPORTS = process.env.TELAMON_TEST_REPORTS;

/** Where answers are gathered as examples for the reference; set by `npm run examples`. */
const SEEN = process.env.TELAMON_TEST_EXAMPLES;

/** What the summary needs to know of an exchange. */
export interface Line {
  operationId: string | null;
  status: number;
  /** Findings that no exception covers. */
  errors: string[];
  warnings: string[];
  /** Exceptions that were needed, by number. */
  excepted: number[];
}

function exchangeOf(options: InjectOptions, answer: LightMyRequestResponse): Exchange {
  const [path, query = ''] = String(options.url).split(/\?(.*)/s);
  const contentType = answer.headers['content-type'] as string | undefined;
  const text = answer.payload;
  const isJson = /[/+]json\b/i.test(contentType ?? '') && !text.startsWith('-----BEGIN ');
  return {
    method: options.method ?? 'GET',
    path: path!,
    query,
    accept: options.headers?.accept as string | undefined,
    status: answer.statusCode,
    contentType,
    body: text === '' ? null : isJson ? JSON.parse(text) : text,
  };
}

/** The judge knows envelopes around successes; around a refusal they are taken off for it. */
function forJudge(exchange: Exchange): Exchange {
  const { status, query, body } = exchange;
  if (status < 400 || !new URLSearchParams(query).has('envelope')) return exchange;
  return { ...exchange, body: (body as { content?: unknown }).content ?? body };
}

export interface Observer {
  /** Has every request that is injected into this app judged. */
  watch(app: FastifyInstance, operations: readonly Mounted[]): void;
  /** Throws when an exchange did not hold. */
  settle(): void;
}

export async function createObserver(): Promise<Observer> {
  const published = isPublishedHere ? await loadPublished() : undefined;
  let own: OwnJudge | undefined;
  const lines: Line[] = [];
  const wrong = new Map<string, string>();
  const examples = new Map<string, unknown>();

  function note(exchange: Exchange, own: string[]): void {
    const { operationId, findings } = published?.judge(forJudge(exchange)) ?? { operationId: null, findings: [] };
    const line: Line = { operationId, status: exchange.status, errors: own, warnings: [], excepted: [] };
    const show = ({ kind, at, detail }: Finding) => `${kind} ${at.replaceAll(/\/\d+(?=\/|$)/g, '/*')}: ${detail}`;
    for (const finding of findings) {
      const exception = exceptionFor(operationId, finding);
      if (exception >= 0) line.excepted.push(exception);
      else (finding.severity === 'error' ? line.errors : line.warnings).push(show(finding));
    }
    lines.push(line);
    for (const error of line.errors) {
      const { method, path, status } = exchange;
      wrong.set(`${operationId ?? `${method} ${path}`} ${status} ${error}`, JSON.stringify(exchange).slice(0, 600));
    }
  }

  function keep({ status, query, contentType, body }: Exchange, operation: Mounted | undefined): void {
    const isPlain = operation && status < 300 && body !== null && !/envelope|includeRaw/.test(query);
    if (!isPlain || !/json/.test(contentType ?? '')) return;
    const all = Object.keys(operation.versions);
    const date = /vnd\.atlas\.([\w-]+)\+/.exec(contentType!)?.[1] ?? (all.length === 1 ? all[0] : undefined);
    const { list } = operation;
    const value =
      list === 'page' ? (body as { results: unknown[] }).results[0] : list === 'bare' ? (body as unknown[])[0] : body;
    const key = `${operation.id} ${date}`;
    if (date && value !== undefined) examples.set(key, joined(examples.get(key), kept(value)));
  }

  return {
    watch(app, operations) {
      // Houses of one file mount the same; the document is made once.
      own ??= createOwnJudge(operations);
      const judge = own;
      const inject = app.inject.bind(app) as (options: InjectOptions) => Promise<LightMyRequestResponse>;
      app.inject = (async (options: InjectOptions) => {
        const answer = await inject(options);
        const exchange = exchangeOf(options, answer);
        note(exchange, judge.judge(exchange));
        if (SEEN) keep(exchange, judge.operationOf(exchange));
        return answer;
      }) as typeof app.inject;
    },
    settle() {
      if (REPORTS)
        appendFileSync(join(REPORTS, `${process.pid}.jsonl`), lines.map((it) => `${JSON.stringify(it)}\n`).join(''));
      if (SEEN)
        writeFileSync(
          join(SEEN, `${EXAMPLES}${process.pid}.jsonl`),
          [...examples].map((it) => `${JSON.stringify(it)}\n`).join(''),
        );
      const told = [...wrong].map(([what, exchange]) => `${what}\n    ${exchange}`);
      assert.equal(told.length, 0, `exchanges that do not keep the contract:\n${told.join('\n')}`);
    },
  };
}
