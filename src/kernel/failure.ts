import { type ErrorCode, errorCodes } from '../contract/errors.ts';

/** What is wrong with one attribute of a request; the names are Atlas's. */
export interface FieldViolation {
  description: string;
  field: string;
}

/** A refusal that the caller is meant to see. Everything else that is thrown becomes a 500 without its cause. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly parameters: readonly (string | number)[];
  /** Told in `badRequestDetail`. */
  readonly fields?: readonly FieldViolation[];

  constructor(code: ErrorCode, parameters: readonly (string | number)[], fields?: readonly FieldViolation[]) {
    const [status, template] = errorCodes[code];
    let next = 0;
    const detail = template.replaceAll('%s', () => String(parameters[next++] ?? ''));
    super(detail);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.parameters = parameters;
    this.fields = fields;
  }
}

/** Makes a failure limited to the codes an operation has declared. */
export type Fail<Code extends ErrorCode> = (code: Code, ...parameters: (string | number)[]) => Failure;

export const fail: Fail<ErrorCode> = (code, ...parameters) => new Failure(code, parameters);
