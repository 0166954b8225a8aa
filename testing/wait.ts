import { setTimeout as wait } from 'node:timers/promises';

/** Asks until the answer is as wanted; fails with the last answer. For what tells no event to the outside. */
export async function until<T>(ask: () => Promise<T> | T, wanted: (it: T) => boolean, limitMs = 30_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await wait(50)) {
    const it = await ask();
    if (wanted(it)) return it;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain; the last answer: ${JSON.stringify(it)}`);
  }
}
