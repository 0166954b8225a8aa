import type { Finding } from './published.ts';

export interface Exception {
  kind: string;
  /** The operation, when it holds for one alone. */
  operationId?: string;
  at?: RegExp;
  detail?: RegExp;
  why: string;
}

/** Where this server departs from the published interface on purpose. One that is never needed fails the summary. */
export const exceptions: readonly Exception[] = [
  {
    kind: 'enum',
    at: /^\/(results\/\d+\/)?roles\/\d+\/roleName$/,
    detail: /"clerk"/,
    why: 'the published list of database roles ends in "<a custom role name>", which stands for any',
  },
  {
    kind: 'undeclared-status',
    operationId: 'acknowledgeGroupAlert',
    detail: /^405$/,
    why: 'the path is there without this method, since no alert is raised',
  },
];

/** The number of the exception that covers a finding, or -1. */
export const exceptionFor = (operationId: string | null, { kind, at, detail }: Finding): number =>
  exceptions.findIndex(
    (it) =>
      it.kind === kind &&
      (it.operationId ?? operationId) === operationId &&
      (it.at?.test(at) ?? true) &&
      (it.detail?.test(detail) ?? true),
  );
