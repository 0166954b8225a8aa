import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Nothing that is retried will help; the key rests until something wakes it. Being listed is not enough. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

export interface ControllerOptions {
  name: string;
  /** Every key with work left. Asked at the start and then again and again, so that a lost wake costs only delay. */
  list(): Promise<readonly string[]>;
  /**
   * Brings the world of one key a step nearer to what its document wants. Level-based: it must come to the same end
   * from wherever an earlier pass was cut off. `again` asks for another pass after so many milliseconds.
   */
  reconcile(key: string, signal: AbortSignal): Promise<{ again?: number } | undefined>;
  /** Told of every failed pass, to show the cause where the user looks. */
  failed?(key: string, error: Error): Promise<void>;
  log: Logger;
  concurrency?: number;
  relistMs?: number;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;
/** A noted failure changes the document that is watched: its own echo must not turn backoff into a hot loop. */
const WAKE_AFTER_FAILURE_MS = 1_000;

interface Slot {
  state: 'waiting' | 'running' | 'resting';
  /** A wake that came during a pass: the pass may have read what was there before it. */
  again: boolean;
  failures: number;
  /** When the last pass failed, if it did. */
  failedAt?: number;
  timer?: NodeJS.Timeout;
  /** When `timer` rings. */
  due?: number;
}

/** Runs one pass per key at a time, some keys at once, with exponential backoff after a failure. */
export function createController(options: ControllerOptions) {
  const { name, log, concurrency = 4, relistMs = 5_000 } = options;
  const slots = new Map<string, Slot>();
  const queue: string[] = [];
  const passes = new Set<Promise<void>>();
  let stopping: AbortController | undefined;
  let listing: Promise<void> | undefined;

  function wake(key: string): void {
    if (!stopping || stopping.signal.aborted) return;
    let slot = slots.get(key);
    if (!slot) {
      slot = { state: 'resting', again: false, failures: 0 };
      slots.set(key, slot);
    }
    if (slot.state === 'running') slot.again = true;
    if (slot.state !== 'resting') return;
    const early = slot.failedAt === undefined ? 0 : slot.failedAt + WAKE_AFTER_FAILURE_MS - performance.now();
    if (early <= 0) enqueue(key, slot);
    else if (slot.due === undefined || slot.due > performance.now() + early) schedule(key, slot, early);
  }

  function enqueue(key: string, slot: Slot): void {
    clearTimeout(slot.timer);
    slot.due = undefined;
    slot.state = 'waiting';
    queue.push(key);
    advance();
  }

  function schedule(key: string, slot: Slot, ms: number): void {
    clearTimeout(slot.timer);
    slot.due = performance.now() + ms;
    slot.timer = setTimeout(() => enqueue(key, slot), ms);
  }

  function advance(): void {
    while (stopping && !stopping.signal.aborted && passes.size < concurrency) {
      const key = queue.shift();
      if (key === undefined) return;
      const pass = runPass(key, stopping.signal).finally(() => {
        passes.delete(pass);
        advance();
      });
      passes.add(pass);
    }
  }

  function rest(key: string, slot: Slot, ms: number | undefined, signal: AbortSignal): void {
    if (signal.aborted) return;
    slot.state = 'resting';
    if (ms !== undefined) schedule(key, slot, ms);
    if (slot.again) {
      slot.again = false;
      wake(key);
    } else if (ms === undefined && slot.failedAt === undefined) slots.delete(key);
  }

  async function runPass(key: string, signal: AbortSignal): Promise<void> {
    const slot = slots.get(key)!;
    slot.state = 'running';
    try {
      const done = await options.reconcile(key, signal);
      slot.failures = 0;
      slot.failedAt = undefined;
      rest(key, slot, done?.again, signal);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (signal.aborted) return;
      await tell(key, error);
      slot.failedAt = performance.now();
      if (error instanceof Hopeless) {
        slot.failures = 0;
        return rest(key, slot, undefined, signal);
      }
      const ms = Math.min(FIRST_RETRY_MS * 2 ** slot.failures++, LAST_RETRY_MS);
      // Half of it by chance, so that what failed together is not tried together.
      rest(key, slot, ms / 2 + Math.random() * (ms / 2), signal);
    }
  }

  async function tell(key: string, error: Error): Promise<void> {
    log.warn({ controller: name, key, err: error }, 'reconcile failed');
    try {
      await options.failed?.(key, error);
    } catch (err) {
      log.warn({ controller: name, key, err }, 'the failure could not be noted');
    }
  }

  async function relist(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        // A key that backs off keeps its own time, and a hopeless one waits to be woken.
        for (const key of await options.list()) if (slots.get(key)?.failedAt === undefined) wake(key);
      } catch (err) {
        if (!signal.aborted) log.warn({ controller: name, err }, 'listing failed');
      }
      // Ends early only because of stop().
      await wait(relistMs, undefined, { signal }).catch(() => {});
    }
  }

  return {
    name,
    wake,
    start(): void {
      if (stopping) return;
      stopping = new AbortController();
      listing = relist(stopping.signal);
    },
    /** Resolves when the passes in flight have ended. */
    async stop(): Promise<void> {
      stopping?.abort();
      for (const { timer } of slots.values()) clearTimeout(timer);
      await Promise.all([listing, ...passes]);
      slots.clear();
      queue.length = 0;
      stopping = undefined;
    },
  };
}

export type Controller = ReturnType<typeof createController>;
