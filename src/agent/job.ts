import type { Logger } from 'pino';
import {
  type ChangeSource,
  createMigration,
  type Held,
  type Migration,
  MigrationFailed,
  MigrationStopped,
  type Progress,
  Superseded,
  validateMigration,
} from '../migration/index.ts';
import { type SourceAccess, sourceUri } from './source-uri.ts';

/** What the control plane wants done. */
export interface Order extends SourceAccess {
  id: string;
  kind: 'migrate' | 'validate';
  revision: number;
  deployment: string;
  destination: string;
  drop: boolean;
  cutover: boolean;
}

export interface Outcome {
  done?: object;
  failed?: string;
}

export interface JobReport extends Outcome {
  progress?: Progress;
}

export interface JobDeps {
  /** The deployments this agent was started with, by name. */
  deployments: ReadonlyMap<string, string>;
  /** Brings a report to the control plane; rejects when it could not. */
  report(jobId: string, report: JobReport): Promise<void>;
  /** Another process has taken a job over: this agent has a twin, which alone says how the job ends. */
  superseded(reason: string): void;
  maxBytesPerSecond?: number;
  /** Where the changes of a source are read; absent, from the change stream. */
  changes?: ChangeSource;
  /** A cutover holds the writes of the source back. */
  blockWrites?: boolean;
  held: Held;
  log: Logger;
}

export interface RunningJob {
  revision: number;
  cutover(): void;
  /** Resolves when the job runs no more; its checkpoint stays. */
  stop(): Promise<void>;
}

/** Passwords in connection strings are nobody's business, wherever the message of an error may go. */
const withoutLogins = (text: string): string => text.replaceAll(/\/\/[^/@\s]+@/g, '//***@');

/** Runs one order to its end and reports how it goes. A job that is stopped reports no outcome. */
export function startJob(order: Order, deps: JobDeps): RunningJob {
  let migration: Migration | undefined;
  let stopped = false;
  let sending: Promise<void> | undefined;

  /** At most one report is on its way; what happens meanwhile is in the next. */
  function tell(progress: Progress): void {
    sending ??= deps
      .report(order.id, { progress })
      .catch((err) => deps.log.debug({ err, job: order.id }, 'progress could not be reported'))
      .finally(() => {
        sending = undefined;
      });
  }

  async function work(): Promise<Outcome> {
    const own = deps.deployments.get(order.deployment);
    if (own === undefined) return { failed: `This agent has no deployment named ${order.deployment}.` };
    const { log, maxBytesPerSecond, changes, blockWrites, held } = deps;
    const drop = order.drop && ('all' as const);
    const source = sourceUri(own, order);
    const both = { source, destination: order.destination, drop, maxBytesPerSecond, blockWrites };
    if (order.kind === 'validate') {
      const problems = await validateMigration(both);
      return problems.length ? { failed: problems.join(' ') } : { done: {} };
    }
    const onBlock = (isHeld: boolean) => held.note(order.id, isHeld, order.deployment);
    migration = createMigration({ ...both, changes, id: order.id, log, onProgress: tell, onBlock });
    if (order.cutover) migration.cutover();
    const done = await migration.run();
    // From here on it is to go on refusing them, whoever hears of it and when.
    held.note(order.id, false);
    return { done };
  }

  async function run(): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await work();
    } catch (error) {
      if (stopped || error instanceof MigrationStopped) return;
      if (error instanceof Superseded) return deps.superseded(error.message);
      if (!(error instanceof MigrationFailed)) deps.log.error({ err: error, job: order.id }, 'job failed unexpectedly');
      outcome = { failed: error instanceof Error ? error.message : String(error) };
    }
    await sending;
    if (outcome.failed) outcome = { failed: withoutLogins(outcome.failed) };
    await deps.report(order.id, { ...outcome, ...(migration ? { progress: migration.progress() } : {}) });
  }

  // The job is gone, or the link is, which the next poll hears too.
  const ended = run().catch((err) => deps.log.error({ err, job: order.id }, 'the outcome could not be reported'));
  return {
    revision: order.revision,
    cutover: () => migration?.cutover(),
    async stop() {
      stopped = true;
      await migration?.stop();
      await ended;
    },
  };
}
