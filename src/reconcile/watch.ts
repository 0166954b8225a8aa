import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeStream, ResumeToken } from 'mongodb';
import type { Logger } from 'pino';
import type { State } from '../base/state.ts';

export interface Watched {
  collection: string;
  /** Told the `_id` of every document that was inserted, changed or removed. */
  wake(id: string): void;
}

/**
 * One change stream over the state store that wakes whoever waits for a document. Events may be lost (a stream that
 * could not resume) or come twice: controllers list again by themselves.
 */
export function createWatch(state: State, watched: readonly Watched[], log: Logger) {
  let stream: ChangeStream | undefined;
  let stopping: AbortController | undefined;
  let running: Promise<void> | undefined;
  const names = [...new Set(watched.map((it) => it.collection))];

  async function follow(signal: AbortSignal): Promise<void> {
    let resumeAfter: ResumeToken;
    while (!signal.aborted) {
      try {
        const only = [{ $match: { 'ns.coll': { $in: names } } }, { $project: { ns: 1, documentKey: 1 } }];
        stream = state.db.watch(only, { resumeAfter, maxAwaitTimeMS: 10_000 });
        for await (const event of stream) {
          resumeAfter = event._id;
          const { ns, documentKey } = event as { ns?: { coll: string }; documentKey?: { _id: unknown } };
          if (!documentKey) continue;
          for (const it of watched) if (it.collection === ns?.coll) it.wake(String(documentKey._id));
        }
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'the watch over the state store was interrupted');
        resumeAfter = undefined;
        // Ends early only because of stop().
        await wait(500, undefined, { signal }).catch(() => {});
      }
    }
  }

  return {
    start(): void {
      if (stopping) return;
      stopping = new AbortController();
      running = follow(stopping.signal);
    },
    async stop(): Promise<void> {
      stopping?.abort();
      await stream?.close();
      await running;
      stopping = undefined;
    },
  };
}
