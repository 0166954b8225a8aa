import { isDuplicateKey } from '../base/driver-errors.ts';
import type { State } from '../base/state.ts';

interface LeaseDocument {
  _id: string;
  holder: string;
  until: Date;
}

const LIFE_MS = 15_000;

/**
 * Says which of several servers works on a key. `holder` names the installation: one that was killed takes its own
 * leases again at once, since no two processes run on one data directory.
 */
export function createLeases(state: State, holder: string) {
  const leases = state.db.collection<LeaseDocument>('leases');
  const until = () => new Date(Date.now() + LIFE_MS);

  async function take(key: string): Promise<boolean> {
    const free = { _id: key, $or: [{ holder }, { until: { $lt: new Date() } }] };
    try {
      await leases.updateOne(free, { $set: { holder, until: until() } }, { upsert: true });
      return true;
    } catch (error) {
      // Somebody else's lease still stands, so the upsert tried to make a second one.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Makes no lease: a late renewal must not bring back one that was just given up. */
  const renew = async (key: string): Promise<boolean> =>
    (await leases.updateOne({ _id: key, holder }, { $set: { until: until() } })).matchedCount === 1;

  return {
    /** Runs `work` under the lease; undefined, without running it, while another server holds it. */
    async under<T>(
      key: string,
      signal: AbortSignal,
      work: (signal: AbortSignal) => Promise<T>,
    ): Promise<T | undefined> {
      if (!(await take(key))) return undefined;
      const lost = new AbortController();
      const renewal = setInterval(() => {
        renew(key).then(
          (mine) => mine || lost.abort(),
          () => lost.abort(),
        );
      }, LIFE_MS / 3);
      const release = async () => {
        clearInterval(renewal);
        await leases.deleteOne({ _id: key, holder });
      };
      let done: T;
      try {
        done = await work(AbortSignal.any([signal, lost.signal]));
      } catch (error) {
        // What went wrong with the work says more than what goes wrong with its lease, which ends by itself anyway.
        await release().catch(() => {});
        throw error;
      }
      await release();
      return done;
    },
  };
}

export type Leases = ReturnType<typeof createLeases>;
