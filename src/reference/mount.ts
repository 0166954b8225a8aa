import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Mounted } from '../kernel/operation.ts';
import { openapi } from './openapi.ts';
import { type Language, languages } from './texts.ts';

export interface ReferenceOptions {
  operations: readonly Mounted[];
  publicUrl?: string;
  version: string;
}

const languageOf = (text: unknown): Language => languages.find((it) => it === text) ?? 'en';

/** What the contract is, for whoever reaches this server: it holds nothing that is not in the source. */
export function mountReference(app: FastifyInstance, { operations, publicUrl, version }: ReferenceOptions): void {
  const originOf = (request: FastifyRequest) => publicUrl ?? `${request.protocol}://${request.host}`;
  app.get('/openapi', (request, reply) => {
    const language = languageOf((request.query as { lang?: string }).lang);
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify(openapi(operations, { origin: originOf(request), version, language })));
  });
}
