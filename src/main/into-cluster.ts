import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type ApiClient, ApiFailed } from '../base/api-client.ts';
import type { Progress } from '../migration/index.ts';
import { Unusable } from './data-directory.ts';
import { runningServer } from './running.ts';

const OPEN_MS = 200;
const RETRY_MS = 1_000;

/** A migration into a cluster of the Telamon that runs on this host, as both of them see it. */
export interface IntoCluster {
  id: string;
  uri: string;
  /** Tells how it goes. At most one word is on its way; what happens meanwhile is in the next. */
  tell(progress: Progress): void;
  /** Tells that the writes to the source have stopped. */
  cutOver(): Promise<void>;
  /** Tells how it ended; comes back when that has arrived. */
  end(outcome: { done: object } | { failed: string }): Promise<void>;
}

/** True for what names a cluster and is no connection string. */
export const namesCluster = (destination: string): boolean => !/^mongodb(\+srv)?:/.test(destination);

function partsOf(destination: string) {
  const [organization, project, cluster, ...more] = destination.split('/');
  if (!organization || !project || !cluster || more.length)
    throw new Unusable(
      `--destination ${destination} is neither a connection string nor organization/project/cluster (names or ids).`,
    );
  return { organization, project, cluster };
}

/** Locks the cluster and gets a user for it; the same identity gets the same migration again. */
export async function openInto(
  { data, destination, identity }: { data: string; destination: string; identity: string },
  on: { cutover(): void; ended(): void; waiting(reason: string): void; signal: AbortSignal },
): Promise<IntoCluster> {
  const body = { ...partsOf(destination), identity, host: hostname().toLowerCase() };
  const { operator } = runningServer(data);
  const open = () => operator.call('POST', '/operator/liveMigrations', { body });
  let made = await open();
  // The server makes the user in a moment.
  for (; !made.uri && !on.signal.aborted; made = await open()) await wait(OPEN_MS);
  const { id, uri = '' } = made as { id: string; uri?: string };
  return { id, uri, ...reporting(operator, id, on) };
}

function reporting(
  operator: ApiClient,
  id: string,
  on: { cutover(): void; ended(): void; waiting(reason: string): void; signal: AbortSignal },
): Pick<IntoCluster, 'tell' | 'cutOver' | 'end'> {
  const report = (body: object) => operator.call('POST', `/operator/liveMigrations/${id}/report`, { body });
  let sending: Promise<void> | undefined;
  return {
    tell(progress) {
      sending ??= report({ progress })
        .then((it) => {
          if (it.ended) on.ended();
          else if (it.cutover) on.cutover();
        })
        // Progress may be lost, for there is more to come.
        .catch(() => {})
        .finally(() => {
          sending = undefined;
        });
    },
    async cutOver() {
      // What is lost here is told again with the outcome.
      await report({ cutover: true }).catch(() => {});
    },
    async end(outcome) {
      await sending;
      const said = 'done' in outcome ? { ...outcome, cutover: true } : outcome;
      for (let tries = 0; ; tries++) {
        try {
          return void (await report(said));
        } catch (error) {
          if (on.signal.aborted || (error instanceof ApiFailed && error.status < 500)) throw error;
          if (!tries) on.waiting('Telamon does not answer; trying again to tell it how the migration ended.');
          await wait(RETRY_MS);
        }
      }
    },
  };
}
