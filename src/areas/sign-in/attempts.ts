const WINDOW_MS = 15 * 60_000;

/** Counts what failed, by key, in this process: guessing gets slow long before it gets anywhere. */
export function createAttempts(now: () => number, most: number) {
  const failed = new Map<string, { count: number; until: number }>();
  const current = (key: string) => {
    const it = failed.get(key);
    return it && it.until > now() ? it : undefined;
  };
  return {
    isSpent: (...keys: readonly string[]): boolean => keys.some((key) => (current(key)?.count ?? 0) >= most),
    failed(...keys: readonly string[]): void {
      // Nobody grows this without end: what has ended goes when there is much of it.
      if (failed.size > 10_000) for (const [key, it] of failed) if (it.until <= now()) failed.delete(key);
      for (const key of keys) {
        const { count = 0, until = now() + WINDOW_MS } = current(key) ?? {};
        failed.set(key, { count: count + 1, until });
      }
    },
    succeeded(...keys: readonly string[]): void {
      for (const key of keys) failed.delete(key);
    },
  };
}
