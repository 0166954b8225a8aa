import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { Unusable } from './data-directory.ts';

/** PEM, as files hold it. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

/** Reads what `--tls-cert` and `--tls-key` name; undefined when neither is given. Throws `Unusable` saying what to mend. */
export function readTls(certFile?: string, keyFile?: string): TlsPair | undefined {
  if (!certFile && !keyFile) return undefined;
  if (!certFile || !keyFile) throw new Unusable('--tls-cert and --tls-key go together: name both files.');
  const read = (option: string, file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new Unusable(`${option} ${file} cannot be read (${code}).`);
    }
  };
  const pair = { cert: read('--tls-cert', certFile), key: read('--tls-key', keyFile) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new Unusable(
      `${certFile} and ${keyFile} are no certificate with its private key, both PEM: ${(error as Error).message}`,
    );
  }
  return pair;
}

/** A door with TLS to the same rooms; it closes with the app. To be called before the app listens. */
export function secureDoor(app: FastifyInstance, pair: TlsPair): Server {
  const server = createServer({ ...pair, requireHostHeader: false }, (request, response) =>
    app.routing(request, response),
  );
  server.keepAliveTimeout = app.server.keepAliveTimeout;
  server.requestTimeout = app.server.requestTimeout;
  server.on('clientError', (error, socket) => app.server.emit('clientError', error, socket));
  app.addHook('onClose', async () => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return server;
}
