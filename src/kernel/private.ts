import type { FastifyInstance } from 'fastify';
import type { Authenticator } from './authenticate.ts';
import { plainAddress } from './serve.ts';

/** What the Atlas CLI asks beside the published interface: its own address, and the version a new cluster gets. */
export function mountPrivate(app: FastifyInstance, who: Authenticator, mongoDBMajorVersion: string): void {
  app.get('/api/private/unauth/nds/defaultMongoDBMajorVersion', (_request, reply) =>
    reply.header('content-type', 'text/plain; charset=utf-8').send(mongoDBMajorVersion),
  );
  app.get('/api/private/ipinfo', async (request, reply) => {
    await who(request.headers.authorization, request.method, request.originalUrl);
    return reply.send({ currentIpv4Address: plainAddress(request.ip) });
  });
}
