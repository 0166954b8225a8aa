import { type ErrorCode, errorCodes } from '../contract/errors.ts';

/** A refusal that the caller is meant to see. Everything else that is thrown becomes a 500 without its cause. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly parameters: readonly (string | number)[];

  constructor(code: ErrorCode, parameters: readonly (string | number)[]) {
    const [status, template] = errorCodes[code];
    let next = 0;
    const detail = template.replaceAll('%s', () => String(parameters[next++] ?? ''));
    super(detail);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.parameters = parameters;
  }
}

/** Makes a failure limited to the codes an operation has declared. */
export type Fail<Code extends ErrorCode> = (code: Code, ...parameters: (string | number)[]) => Failure;

export const fail: Fail<ErrorCode> = (code, ...parameters) => new Failure(code, parameters);
