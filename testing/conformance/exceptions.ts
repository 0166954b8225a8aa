import type { Finding } from './published.ts';

export interface Exception {
  kind: string;
  /** The operations, when it does not hold for all. */
  operationId?: RegExp;
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
    kind: 'extra-field',
    operationId: /GroupAlert(s|ConfigAlerts)?$/,
    at: /^\/(results\/\d+\/)?clusterId$/,
    why: 'the recorded alerts bear it',
  },
  {
    kind: 'undeclared-status',
    detail: /^405$/,
    why: 'the operation is not offered here, and its path has other methods',
  },
];

/** The number of the exception that covers a finding, or -1. */
export const exceptionFor = (operationId: string | null, { kind, at, detail }: Finding): number =>
  exceptions.findIndex(
    (it) =>
      it.kind === kind &&
      (it.operationId?.test(operationId ?? '') ?? true) &&
      (it.at?.test(at) ?? true) &&
      (it.detail?.test(detail) ?? true),
  );
