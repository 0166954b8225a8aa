/** Lets many wait for "something changed" without asking again and again. */
export function createSignals() {
  let waiting = new Set<() => void>();
  const ended = new AbortController();
  return {
    /** Resolves at the next change, or when `over` is aborted. */
    next: (over: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (over.aborted) return resolve();
        const done = () => {
          over.removeEventListener('abort', done);
          // Whoever hung up or waited long enough is not kept until something changes.
          waiting.delete(done);
          resolve();
        };
        over.addEventListener('abort', done);
        waiting.add(done);
      }),
    /** Aborted once nothing will be waited for any more. */
    ended: ended.signal,
    end: (): void => ended.abort(),
    changed(): void {
      const now = waiting;
      waiting = new Set();
      for (const wake of now) wake();
    },
  };
}

export type Signals = ReturnType<typeof createSignals>;
