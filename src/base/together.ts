import { MongoError, MongoErrorLabel } from 'mongodb';
import { type State, settle, type Tx, transact } from './state.ts';

/** The most that share one transaction: what one of them undoes, all of them do again. */
const MOST = 50;

interface Wanted<Held> {
  work(tx: Tx, held: Held): Promise<unknown>;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/**
 * Runs what must hold the same document, one after the other. Those that come while a transaction is under way share
 * the next, in the order in which they came: one hold and one commit, which is most of what a small change costs, for
 * all of them. Each sees what those before it wrote, and hears of its end when all of it is committed. When one fails,
 * nothing of that transaction stays, and each is done once more by itself, so that nobody fails for somebody else.
 * `hold` writes the document, which keeps other servers and other transactions out, and gives what the works may know
 * of it. A work may be repeated and must only touch the store.
 */
export function createTogether<Held>(state: State, hold: (key: string, tx: Tx) => Promise<Held>) {
  const waiting = new Map<string, Wanted<Held>[]>();

  async function run(key: string, wanted: readonly Wanted<Held>[]): Promise<void> {
    let at = 'holding' as 'holding' | 'working' | 'committing';
    try {
      const results = await transact(state, async (tx) => {
        at = 'holding';
        const held = await hold(key, tx);
        at = 'working';
        const given: unknown[] = [];
        for (const { work } of wanted) given.push(await work(tx, held));
        await settle(tx);
        at = 'committing';
        return given;
      });
      for (const [n, { resolve }] of wanted.entries()) resolve(results[n] as never);
    } catch (error) {
      // What may have been committed must not be done twice, and a store that does not answer would be waited for by each.
      if (wanted.length === 1 || at !== 'working' || isTransient(error)) for (const it of wanted) it.reject(error);
      else for (const it of wanted) await run(key, [it]);
    }
  }

  async function work(key: string, queue: Wanted<Held>[]): Promise<void> {
    // Whoever asks in this turn of the event loop comes along.
    await new Promise(setImmediate);
    while (queue.length) await run(key, queue.splice(0, MOST));
    waiting.delete(key);
  }

  return <T>(key: string, what: (tx: Tx, held: Held) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const wanted = { work: what, resolve, reject } as Wanted<Held>;
      const queue = waiting.get(key);
      if (queue) queue.push(wanted);
      else {
        const begun = [wanted];
        waiting.set(key, begun);
        void work(key, begun);
      }
    });
}

const isTransient = (error: unknown): boolean =>
  error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError);
