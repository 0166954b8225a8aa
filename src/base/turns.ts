import type { Tx } from './state.ts';

/** A turn that does not come is not waited for longer: the transactions may be waiting for each other. */
const PATIENCE_MS = 2_000;

/**
 * Lets transactions of this server that will write the same document do so one after the other, instead of running into
 * each other and beginning anew with ever longer pauses. It only saves time: who may write is the database's to settle,
 * among servers too. A turn ends with its session.
 */
export function createTurns() {
  const last = new Map<string, { tx: Tx; ended: Promise<void> }>();
  return async (key: string, tx: Tx): Promise<void> => {
    const before = last.get(key);
    // A transaction that begins anew has its turn already.
    if (before?.tx === tx) return;
    const ended = new Promise<void>((resolve) => tx.once('ended', () => resolve()));
    const mine = { tx, ended };
    last.set(key, mine);
    void ended.then(() => {
      if (last.get(key) === mine) last.delete(key);
    });
    if (!before) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([before.ended, patience]);
    clearTimeout(timer);
  };
}
