import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../contract/errors.ts';
import { fail } from './failure.ts';
import { errorBody, toText } from './render.ts';

const CODES: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'REQUEST_HEADERS_TOO_LARGE',
};

/**
 * Answers what was no HTTP request and so never came to a handler, with the body and headers of any other refusal; the
 * connection ends, since nobody knows where the next request would begin.
 */
export function createClientErrorHandler(headers: () => Record<string, string>) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    // Whoever hung up is not there to be told.
    if (error.code !== 'ECONNRESET' && socket.writable) {
      const body = errorBody(fail(CODES[error.code ?? ''] ?? 'MALFORMED_REQUEST'));
      const text = toText(body, false);
      const all = {
        ...headers(),
        'x-error-code': body.errorCode,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        connection: 'close',
      };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${body.error} ${STATUS_CODES[body.error]}\r\n${lines.join('')}\r\n${text}`);
    }
    socket.destroy();
  };
}
