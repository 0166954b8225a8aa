// The published interface, where it is at hand: ../shared/atlas beside the repository. Tests that hold answers against
// it skip where it is absent.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../shared/atlas');

export const isPublishedHere = existsSync(join(root, 'conformance/lib/judge.mjs'));

export interface Finding {
  kind: string;
  at: string;
  detail: string;
  severity: 'error' | 'warning';
}

export interface Verdict {
  operationId: string | null;
  version: string | null;
  findings: Finding[];
}

export interface Exchange {
  method: string;
  path: string;
  query: string;
  accept?: string;
  status: number;
  contentType?: string;
  /** Parsed where it is JSON, else the text; null when empty. */
  body: unknown;
}

export interface Covered {
  operationId: string;
  challenged: boolean;
  recognised: boolean;
  status: number;
}

export interface Published {
  /** Asks a server for every operation, with ids that do not exist; it sends every method, DELETE included. */
  coverage(base: string, user: { publicKey: string; privateKey: string }): Promise<Covered[]>;
  judge(exchange: Exchange): Verdict;
  /** How many operations it has. */
  count: number;
}

/** Only where `isPublishedHere`. */
export async function loadPublished(): Promise<Published> {
  const [{ Spec }, { Judge }, { coverage }] = await Promise.all([
    import(join(root, 'conformance/lib/spec.mjs')),
    import(join(root, 'conformance/lib/judge.mjs')),
    import(join(root, 'conformance/lib/coverage.mjs')),
  ]);
  const spec = Spec.load(join(root, 'spec/atlas-openapi.json'));
  const tolerances = JSON.parse(readFileSync(join(root, 'conformance/tolerances.json'), 'utf8'));
  const judge = new Judge(spec, tolerances);
  return {
    coverage: (base, { publicKey, privateKey }) =>
      coverage(spec, { base, user: `${publicKey}:${privateKey}`, unknownCode: 'RESOURCE_NOT_FOUND' }),
    judge: (exchange) => judge.judge(exchange),
    count: spec.operations.length,
  };
}
