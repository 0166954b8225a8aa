import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { blocksAround } from '../../base/addresses.ts';
import { createAttempts } from '../../base/attempts.ts';
import type { Clock } from '../../base/clock.ts';
import { isPassword } from '../../base/passwords.ts';
import { sameText } from '../../base/secrets.ts';
import { plainAddress } from '../../kernel/serve.ts';
import type { Clients } from '../../mongod/index.ts';
import { type ClusterQuestions, isUp } from '../clusters/questions.ts';
import type { Integration } from './model.ts';
import { createScrapes } from './scrapes.ts';
import type { IntegrationStore } from './store.ts';

export interface PrometheusDeps {
  integrations: Pick<IntegrationStore, 'find'>;
  clusters: Pick<ClusterQuestions, 'listIn' | 'processesOf'>;
  accessList: { sourcesOf(groupId: string, now: Date): Promise<{ sources: readonly string[] }> };
  clients: Clients;
  clock: Clock;
  originOf(request: FastifyRequest): string;
}

const FAILURES = 20;

/** What `Authorization: Basic` says; undefined when it says nothing. */
function basicOf(header: string | undefined): { username: string; password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? [];
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text ? text.indexOf(':') : -1;
  return text && colon >= 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : undefined;
}

/** Whether a caller knows the user and the password of a project's integration. */
function createGate({ integrations, clock }: PrometheusDeps) {
  const attempts = createAttempts(() => clock.now().getTime(), FAILURES);
  // A scrape comes every few seconds for each process, and a password's hash takes long to compute: the last password
  // that was right is known by a key that lives no longer than this server.
  const key = randomBytes(32);
  const digest = (password: string) => createHmac('sha256', key).update(password).digest('hex');
  const right = new Map<string, { hash: string; digest: string }>();

  return async (groupId: string, request: FastifyRequest): Promise<Integration | 'spent' | undefined> => {
    const given = basicOf(request.headers.authorization);
    if (!given) return undefined;
    const found = await integrations.find(groupId, 'PROMETHEUS');
    const known = found?.settings.enabled && sameText(String(found.settings.username), given.username);
    const hash = known ? found.passwordHash : undefined;
    const last = found && right.get(found._id);
    if (found && hash && last?.hash === hash && sameText(last.digest, digest(given.password))) return found;
    // By the address alone: strangers who guess must not keep the project's own Prometheus out.
    if (!attempts.begin(request.ip)) return 'spent';
    if (!(await isPassword(given.password, hash)) || !found || !hash) return undefined;
    attempts.succeeded(request.ip);
    right.set(found._id, { hash, digest: digest(given.password) });
    return found;
  };
}

/**
 * What a Prometheus asks, at Atlas's paths: where the processes of a project are, and the figures of each. Both want the
 * user and password of the integration; the figures are given to addresses on the project's access list alone.
 */
export function mountPrometheus(app: FastifyInstance, deps: PrometheusDeps): void {
  const { clusters, accessList, clients, clock, originOf } = deps;
  const gate = createGate(deps);
  const scrapeOf = createScrapes(clients);
  const say = (reply: FastifyReply, status: number, text: string) =>
    reply.code(status).header('content-type', 'text/plain; charset=utf-8').send(`${text}\n`);

  /** Undefined when the refusal is already sent. */
  async function admitted(request: FastifyRequest, reply: FastifyReply): Promise<string | undefined> {
    const { groupId } = request.params as { groupId: string };
    const found = await gate(groupId, request);
    if (found === 'spent') {
      say(reply, 429, 'Too many wrong passwords. Wait a quarter of an hour.');
      return undefined;
    }
    if (found) return groupId;
    reply.header('www-authenticate', 'Basic realm="Prometheus integration", charset="UTF-8"');
    say(reply, 401, 'The user name or password is not that of the enabled Prometheus integration of this project.');
    return undefined;
  }

  const processesIn = async (groupId: string) =>
    (await clusters.listIn(groupId)).flatMap((cluster) =>
      clusters.processesOf(cluster).map((it) => ({ ...it, cluster, id: `${it.host}:${it.port}` })),
    );

  app.get('/prometheus/v1.0/groups/:groupId/discovery', async (request, reply) => {
    const groupId = await admitted(request, reply);
    if (groupId === undefined) return reply;
    const { protocol, host } = new URL(originOf(request));
    const targets = (await processesIn(groupId)).map(({ id }) => ({
      targets: [host],
      labels: {
        instance: id,
        __scheme__: protocol.slice(0, -1),
        __metrics_path__: `/prometheus/v1.0/groups/${groupId}/processes/${id}/metrics`,
      },
    }));
    return reply.header('content-type', 'application/json').send(JSON.stringify(targets));
  });

  app.get('/prometheus/v1.0/groups/:groupId/processes/:process/metrics', async (request, reply) => {
    const groupId = await admitted(request, reply);
    if (groupId === undefined) return reply;
    const { sources } = await accessList.sourcesOf(groupId, clock.now());
    const from = plainAddress(request.ip);
    if (!blocksAround(from, sources).length)
      return say(reply, 403, `${from} is not on the IP access list of the project. Add it there.`);
    const { process } = request.params as { process: string };
    const it = (await processesIn(groupId)).find(({ id }) => id === process);
    if (!it) return say(reply, 404, `The project has no process ${process}. The discovery lists those there are.`);
    if (!isUp(it.cluster)) return say(reply, 503, `The cluster ${it.cluster.name} is not up.`);
    const scrape = await scrapeOf(it);
    if (!scrape) return say(reply, 503, `The process ${process} does not answer.`);
    return reply.header('content-type', scrape.contentType).send(scrape.text);
  });
}
