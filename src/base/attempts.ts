import { fingerprint } from './secrets.ts';

const WINDOW_MS = 15 * 60_000;

/** Counts attempts, by key, in this process: guessing gets slow long before it gets anywhere. */
export function createAttempts(now: () => number, most: number) {
  // Whoever guesses chooses the names, and so how long a key is; what is kept of it is short.
  const counted = new Map<string, { count: number; until: number }>();
  const current = (key: string) => {
    const it = counted.get(fingerprint(key));
    return it && it.until > now() ? it : undefined;
  };
  return {
    /**
     * False when there were too many. Counts before the outcome is known: guesses that come all at once would otherwise
     * all pass before the first of them has failed.
     */
    begin(...keys: readonly string[]): boolean {
      if (keys.some((key) => (current(key)?.count ?? 0) >= most)) return false;
      // Nobody grows this without end: what has ended goes when there is much of it.
      if (counted.size > 10_000) for (const [key, it] of counted) if (it.until <= now()) counted.delete(key);
      for (const key of keys) {
        const { count = 0, until = now() + WINDOW_MS } = current(key) ?? {};
        counted.set(fingerprint(key), { count: count + 1, until });
      }
      return true;
    },
    /** The attempt that was begun was right, and counts no more; those that failed before it do. */
    succeeded(...keys: readonly string[]): void {
      for (const key of keys) {
        const it = current(key);
        if (it?.count) it.count--;
      }
    },
    /** Nothing that failed before counts any more. */
    forget(key: string): void {
      counted.delete(fingerprint(key));
    },
  };
}
