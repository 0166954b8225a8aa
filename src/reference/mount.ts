import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Mounted } from '../kernel/operation.ts';
import { describe } from './describe.ts';
import { openapi } from './openapi.ts';
import { missingPage, operationPage, overviewPage } from './pages.ts';
import { createShelf } from './shelf.ts';
import { type Language, languages } from './text.ts';

export interface ReferenceOptions {
  operations: readonly Mounted[];
  publicUrl?: string;
  version: string;
}

/** Nothing from elsewhere, nothing inline. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ASSETS = { 'docs.css': 'text/css; charset=utf-8', 'docs.js': 'text/javascript; charset=utf-8' } as const;

const asLanguage = (text: unknown): Language | undefined => languages.find((it) => it === text);

/** Whichever of ours the reader's browser names first. */
const preferred = (accepted = ''): Language =>
  accepted
    .split(',')
    .map((it) => asLanguage(it.trim().slice(0, 2).toLowerCase()))
    .find((it) => it) ?? 'en';

/** What the contract is, for whoever reaches this server: it holds nothing that is not in the source. */
export function mountReference(app: FastifyInstance, { operations, publicUrl, version }: ReferenceOptions): void {
  const described = operations.map(describe);
  const byId = new Map(described.map((it) => [it.id, it]));
  const originOf = (request: FastifyRequest) => publicUrl ?? `${request.protocol}://${request.host}`;
  const shelf = createShelf(originOf);

  app.get<{ Querystring: { lang?: string } }>('/openapi', (request, reply) => {
    const language = asLanguage(request.query.lang) ?? 'en';
    return shelf(request, reply, `openapi ${language}`, {
      type: 'application/json; charset=utf-8',
      build: (origin) => JSON.stringify(openapi(operations, { origin, version, language })),
    });
  });

  const type = 'text/html; charset=utf-8';
  const policed = (reply: FastifyReply) => reply.header('content-security-policy', POLICY);
  const page = (reply: FastifyReply, text: string) => policed(reply).header('content-type', type).send(text);
  for (const [name, mediaType] of Object.entries(ASSETS)) {
    const text = readFileSync(new URL(`./assets/${name}`, import.meta.url));
    app.get(`/docs/assets/${name}`, (_request, reply) =>
      reply.header('content-type', mediaType).header('cache-control', 'no-cache').send(text),
    );
  }
  app.get('/docs', (request, reply) =>
    reply.header('vary', 'accept-language').redirect(`/docs/${preferred(request.headers['accept-language'])}/`),
  );
  for (const language of languages) {
    const at = (request: FastifyRequest) => ({ described, language, origin: originOf(request) });
    app.get<{ Querystring: { q?: string } }>(`/docs/${language}/`, (request, reply) => {
      const { q } = request.query;
      if (q) return page(reply, overviewPage(at(request), String(q)));
      const build = (origin: string) => overviewPage({ described, language, origin }, '');
      return shelf(request, policed(reply), `overview ${language}`, { type, build });
    });
    app.get<{ Params: { id: string } }>(`/docs/${language}/:id`, (request, reply) => {
      const it = byId.get(request.params.id);
      if (!it) return page(reply.code(404), missingPage(at(request)));
      const build = (origin: string) => operationPage({ described, language, origin }, it);
      return shelf(request, policed(reply), `${it.id} ${language}`, { type, build });
    });
  }
}
