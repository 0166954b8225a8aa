import { createDigestFetch, type DigestCredentials } from './digest-fetch.ts';

/** An answer of 400 or above; `code` is Atlas's errorCode. */
export class ApiFailed extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  constructor(what: string, status: number, body: unknown) {
    const { detail, errorCode } = (body ?? {}) as { detail?: string; errorCode?: string };
    super(`${what}: ${status} ${errorCode ?? ''} ${detail ?? ''}`.trim());
    this.status = status;
    this.code = errorCode ?? '';
    this.body = body;
  }
}

export interface ApiRequest {
  body?: unknown;
  /** A body that is sent as it is, instead of `body`. */
  text?: string;
  /** Media type to ask for; JSON by default. */
  accept?: string;
  signal?: AbortSignal;
}

/**
 * Calls a Telamon (or Atlas) with an API key; `path` is everything below `base`. With `limitMs`, an answer that has not
 * arrived whole by then fails with a `TimeoutError`: a line may go dead without either end being told.
 */
export function createApiClient(base: string, credentials: DigestCredentials, { limitMs }: { limitMs?: number } = {}) {
  const digestFetch = createDigestFetch(credentials);
  const raw = (method: string, path: string, request: ApiRequest = {}): Promise<Response> => {
    const accept = request.accept ?? 'application/json';
    const signals = [request.signal, limitMs === undefined ? undefined : AbortSignal.timeout(limitMs)];
    const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    return digestFetch(base + path, {
      method,
      headers: { accept, ...(body === undefined ? {} : { 'content-type': accept }) },
      body,
      signal: AbortSignal.any(signals.filter((it) => it !== undefined)),
    });
  };
  return {
    raw,
    /** The parsed body of a success, undefined for an empty one. Throws ApiFailed. */
    // biome-ignore lint/suspicious/noExplicitAny: whoever calls knows what the operation answers
    async call(method: string, path: string, request: ApiRequest = {}): Promise<any> {
      const response = await raw(method, path, request);
      const text = await response.text();
      const body = text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
      if (!response.ok) throw new ApiFailed(`${method} ${path}`, response.status, body);
      return body === '' ? undefined : body;
    },
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;
