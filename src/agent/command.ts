import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { readToken } from '../base/link-token.ts';
import { createMeter } from '../base/meter.ts';
import type { MigrationProgress } from '../base/migration-progress.ts';
import { type ChangeSource, heldIn, STILL_BLOCKED } from '../migration/index.ts';
import { runAgent } from './agent.ts';
import { AgentEnded } from './ended.ts';
import { identityFor } from './identity.ts';
import { type MetricsFlags, openMetrics } from './metrics.ts';
import { uriProblem } from './source-uri.ts';

export interface AgentFlags extends MetricsFlags {
  token: string;
  /** Each `name=mongodb://...`. */
  deployment: string[];
  project?: string;
  host?: string;
  stateDir: string;
  /** Bytes per second. */
  maxRate?: number;
  changes?: ChangeSource;
  blockWrites?: boolean;
  version: string;
  log: Logger;
  say(line: string): void;
}

function readDeployments(given: readonly string[]): Map<string, string> {
  const deployments = new Map<string, string>();
  for (const text of given) {
    const equals = text.indexOf('=');
    const [name, uri] = [text.slice(0, equals), text.slice(equals + 1)];
    if (equals < 1)
      throw new AgentEnded('A deployment is given as name=mongodb://..., for example shop=mongodb://db1:27017.');
    const problem = uriProblem(uri);
    if (problem) throw new AgentEnded(`Deployment ${name}: ${problem}`);
    if (deployments.has(name)) throw new AgentEnded(`Two deployments are named ${name}. Give each its own name.`);
    deployments.set(name, uri);
  }
  if (!deployments.size) throw new AgentEnded('Name at least one deployment with --deployment name=mongodb://...');
  return deployments;
}

/** `telamon agent`: runs beside a source until it is told to stop, and shows what it does. */
export async function agentCommand(flags: AgentFlags, signal: AbortSignal): Promise<void> {
  const { say } = flags;
  const token = readToken(flags.token);
  if (!token) throw new AgentEnded('This is not a link token. Copy the whole text that creating the token answered.');
  const deployments = readDeployments(flags.deployment);
  const host = (flags.host ?? hostname()).toLowerCase();
  const identity = identityFor(flags.stateDir, token.linkId);
  const meter = createMeter(say);
  const metrics = await openMetrics(flags, say);
  const on = {
    linked: ({ orgName, projectId }: { orgName: string; projectId: string }) => {
      identity.noteLinked();
      say(`Linked to organization ${orgName} at ${token.url}, as source project ${projectId} on host ${host}.`);
    },
    waiting: say,
    progress: (order: { id: string }, progress: MigrationProgress) => {
      meter.migration(order, progress);
      metrics?.note(order.id, progress);
    },
    letIn: (deployment: string, problem: string | undefined) =>
      say(
        problem
          ? `The writes of ${deployment}, which a migration that is over held back, could not be let in: ${problem}`
          : `The writes of ${deployment}, which a migration that is over held back, are let in again.`,
      ),
    ended: (
      order: { kind: string; id: string; deployment: string },
      { failed, writesBlocked }: { failed?: string; writesBlocked: boolean },
    ) => {
      meter.stop();
      if (order.kind === 'migrate') metrics?.ended(order.id, failed ? 'failed' : 'complete');
      const what = order.kind === 'validate' ? 'Validation' : 'Live migration';
      say(`${what} ${order.id} of ${order.deployment} ${failed ? `failed: ${failed}` : 'is done'}.`);
      if (writesBlocked) say(STILL_BLOCKED);
    },
  };
  const options = {
    token,
    deployments,
    ...{ instanceId: identity.instanceId, wasLinked: identity.wasLinked },
    host,
    on,
    maxBytesPerSecond: flags.maxRate,
    changes: flags.changes,
    blockWrites: flags.blockWrites,
    held: heldIn(flags.stateDir),
    log: flags.log,
  };
  try {
    await runAgent({ ...options, project: flags.project ?? host, version: flags.version }, signal);
  } finally {
    meter.stop();
    metrics?.close();
  }
}
