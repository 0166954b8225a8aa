import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type ApiClient, ApiFailed, createApiClient } from '../base/api-client.ts';
import type { LinkToken } from '../base/link-token.ts';
import {
  type ChangeSource,
  type Held,
  inspectDeployment,
  LET_IN,
  type Progress,
  releaseWrites,
} from '../migration/index.ts';
import { AgentEnded } from './ended.ts';
import { type JobDeps, type Order, type RunningJob, startJob } from './job.ts';

export interface AgentOptions {
  token: LinkToken;
  deployments: ReadonlyMap<string, string>;
  instanceId: string;
  /** It is known there from an earlier start, and so are its deployments. */
  wasLinked: boolean;
  project: string;
  host: string;
  version: string;
  /** The initial copies read their sources no faster than this, each. */
  maxBytesPerSecond?: number;
  /** Where the changes of the sources are read; absent, from the change stream. */
  changes?: ChangeSource;
  /** Cutovers hold the writes of the sources back. */
  blockWrites?: boolean;
  held: Held;
  log: Logger;
  /** What a user wants to see: one event at a time. */
  on: {
    linked(to: { orgName: string; projectId: string }): void;
    waiting(reason: string): void;
    progress(order: Order, progress: Progress): void;
    ended(order: Order, it: { failed?: string; writesBlocked: boolean }): void;
    /** The writes of this deployment, which a migration that is over held back, are let in again; or cannot be. */
    letIn(deployment: string, problem: string | undefined): void;
  };
}

/** A deployment does not answer. */
class Unreachable extends AgentEnded {}

/** Sizes of the deployments are told again so often. */
const INVENTORY_MS = 60_000;
/** Well beyond what the control plane holds a poll for. */
const ANSWER_MS = 30_000;
const [FIRST_RETRY_MS, LAST_RETRY_MS] = [250, 5_000];

const goneFor = (error: unknown): string | undefined => {
  if (!(error instanceof ApiFailed)) return undefined;
  if (error.status === 401 || error.code === 'LINK_NOT_FOUND')
    return 'The link was deleted, or its token is not valid. Ask for a new link token and start the agent with it.';
  if (error.code === 'LINK_TOKEN_ALREADY_USED')
    return 'This link token is already used by another agent. Ask for a new link token and start the agent with it.';
  if (error.code === 'IP_ADDRESS_NOT_ON_ACCESS_LIST')
    return `${error.message} Ask for a link token whose accessListIps hold this host's address.`;
  return undefined;
};

/** Links itself, then does what the control plane orders until `signal`; only outbound connections. */
export async function runAgent(options: AgentOptions, asked: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([asked, lost.signal]);
  const superseded = (reason: string) => lost.abort(new AgentEnded(reason));
  const { token, on, log } = options;
  const credentials = { username: token.publicKey, password: token.privateKey };
  const api = createApiClient(`${token.url}/api/telamon/v1`, credentials, { limitMs: ANSWER_MS });
  const running = new Map<string, RunningJob>();
  const unable = new Set<string>();
  const patient = createPatience(on.waiting, signal);
  const report = (order: Order): JobDeps['report'] => {
    return async (jobId, it) => {
      if (it.progress) on.progress(order, it.progress);
      const send = () => api.call('POST', '/agent/report', { body: { instanceId: options.instanceId, jobId, ...it } });
      const ends = it.done !== undefined || it.failed !== undefined;
      // Progress may be lost, for there is more to come; how it ended must arrive.
      await (ends ? patient(send) : send());
      const { writesBlocked = false } = (it.done ?? {}) as { writesBlocked?: boolean };
      if (ends) on.ended(order, { failed: it.failed, writesBlocked });
    };
  };
  try {
    await patient(() => link(api, options));
    for (let told = Date.now(); !signal.aborted; ) {
      if (Date.now() - told > INVENTORY_MS) {
        await introduce(api, options).catch((err) => log.debug({ err }, 'the inventory could not be told'));
        told = Date.now();
      }
      const known = Object.fromEntries([...running].map(([id, it]) => [id, it.revision]));
      const body = { instanceId: options.instanceId, known };
      const { jobs } = (await patient(() => api.call('POST', '/agent/jobs', { body, signal }))) as { jobs: Order[] };
      await follow(jobs, running, (order) => startJob(order, { ...options, superseded, report: report(order) }));
      await letIn(options, new Set(jobs.map((it) => it.id)), unable);
    }
  } catch (error) {
    if (lost.signal.aborted) throw lost.signal.reason;
    if (asked.aborted) return;
    throw error;
  } finally {
    await Promise.allSettled([...running.values()].map((it) => it.stop()));
  }
}

/** Killed while it held writes back, an agent may find their migration ended meanwhile: nobody else knows of them. */
async function letIn(
  { held, deployments, on, log }: AgentOptions,
  ordered: ReadonlySet<string>,
  unable: Set<string>,
): Promise<void> {
  for (const { migration, what } of held.all()) {
    if (ordered.has(migration) || !what) continue;
    const uri = deployments.get(what);
    try {
      if (uri === undefined) throw new Error('this agent was not started with it');
      await releaseWrites(uri);
      held.note(migration, false);
      on.letIn(what, undefined);
    } catch (err) {
      // It is tried again after every answer, and told once.
      if (unable.has(migration)) continue;
      unable.add(migration);
      log.error({ err, migration }, 'writes that a migration held back could not be let in');
      on.letIn(what, `${(err as Error).message}. Let them in on that source: ${LET_IN}`);
    }
  }
}

/** Makes what runs equal to what is ordered. */
async function follow(
  orders: readonly Order[],
  running: Map<string, RunningJob>,
  start: (order: Order) => RunningJob,
): Promise<void> {
  const wanted = new Set(orders.map((it) => it.id));
  for (const [id, job] of running) {
    if (wanted.has(id)) continue;
    running.delete(id);
    await job.stop();
  }
  for (const order of orders) {
    const job = running.get(order.id);
    if (!job) running.set(order.id, start(order));
    else {
      job.revision = order.revision;
      if (order.cutover) job.cutover();
    }
  }
}

/**
 * Whoever starts an agent for the first time can mend the address of a deployment. Later the agent may have been started
 * again while one is down, which comes back, and there may be migrations of the others to go on with.
 */
async function link(api: ApiClient, options: AgentOptions): Promise<void> {
  const { on, wasLinked } = options;
  try {
    on.linked(await introduce(api, options));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (!wasLinked) throw new AgentEnded(`${error.message} Then start the agent again.`);
    on.waiting(error.message);
  }
}

async function introduce(api: ApiClient, options: AgentOptions): Promise<{ orgName: string; projectId: string }> {
  const deployments = await Promise.all(
    [...options.deployments].map(async ([name, uri]) => {
      const { version, fcv, dbSizeBytes, oplogSizeMB, tls, sharded } = await inspect(name, uri);
      return { name, version, fcv, dbSizeBytes, oplogSizeMB: Math.round(oplogSizeMB), tls, sharded };
    }),
  );
  const { instanceId, host, project, version } = options;
  return api.call('POST', '/agent/link', { body: { instanceId, host, project, version, deployments } });
}

async function inspect(name: string, uri: string) {
  try {
    return await inspectDeployment(uri);
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    if (code === 18) throw new AgentEnded(`Deployment ${name}: the username or password is not correct.`);
    throw new Unreachable(`Deployment ${name} cannot be reached: ${message}. Check its address and that it runs.`);
  }
}

/** Repeats what fails for reasons that pass, such as a control plane that is being restarted. */
function createPatience(waiting: (reason: string) => void, signal: AbortSignal) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted || error instanceof AgentEnded) throw error;
        const gone = goneFor(error);
        if (gone) throw new AgentEnded(gone);
        if (error instanceof ApiFailed && error.status < 500) throw error;
        if (tries === 0) waiting('Telamon does not answer; trying again.');
        await wait(Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS), undefined, { signal });
      }
    }
  };
}
