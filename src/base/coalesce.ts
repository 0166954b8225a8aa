interface Waiting<V> {
  answer: Promise<V | undefined>;
  resolve(value: V | undefined): void;
  reject(error: unknown): void;
}

function newWaiting<V>(): Waiting<V> {
  const it = {} as Waiting<V>;
  it.answer = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
  return it;
}

/**
 * Looks up by key, asking for all keys that were wanted while a lookup was under way in the next one together. Nothing
 * is remembered: whoever asks gets what the store says after the question, so that what was taken away is gone at once,
 * also when another server took it. Under load it saves most of the round trips.
 */
export function coalesce<V>(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>) {
  let waiting = new Map<string, Waiting<V>>();
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    while (waiting.size) {
      // Whoever asks in this turn of the event loop comes along: all the calls that have arrived together.
      await new Promise(setImmediate);
      const batch = waiting;
      waiting = new Map();
      try {
        const found = await load([...batch.keys()]);
        for (const [key, it] of batch) it.resolve(found.get(key));
      } catch (error) {
        for (const it of batch.values()) it.reject(error);
      }
    }
    busy = false;
  }
  return (key: string): Promise<V | undefined> => {
    let it = waiting.get(key);
    if (!it) {
      it = newWaiting();
      waiting.set(key, it);
      if (!busy) void work();
    }
    return it.answer;
  };
}
