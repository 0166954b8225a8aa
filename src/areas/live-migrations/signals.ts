/** Lets many wait for "something changed" without asking again and again. */
export function createSignals() {
  let waiting: (() => void)[] = [];
  const ended = new AbortController();
  return {
    /** Resolves at the next change, or when `over` is aborted. */
    next: (over: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (over.aborted) return resolve();
        const done = () => {
          over.removeEventListener('abort', done);
          resolve();
        };
        over.addEventListener('abort', done);
        waiting.push(done);
      }),
    /** Aborted once nothing will be waited for any more. */
    ended: ended.signal,
    end: (): void => ended.abort(),
    changed(): void {
      const now = waiting;
      waiting = [];
      for (const wake of now) wake();
    },
  };
}

export type Signals = ReturnType<typeof createSignals>;
