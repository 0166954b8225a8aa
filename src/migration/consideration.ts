import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Deployment } from './deployment.ts';
import { Code } from './errors.ts';
import type { Throttle } from './throttle.ts';

/** Writes that the source has done since it was started, and how long they took in all, in microseconds. */
export interface Writes {
  count: number;
  micros: number;
}

/** Writes are slowed down when they take so many times what they took, and so many microseconds more than that. */
const [TIMES, MORE_MICROS] = [2, 5_000];
/** Fewer say nothing; more are waited for. */
const ENOUGH = 5;
const [DOWN, UP] = [0.5, 1.25];
/** A copy does not come to an end without it; what is slow even then is not slow because of the copy. */
const LEAST = 2e6;
/** Beyond so much more than was read anyway, a rate holds nothing back. */
const BEYOND = 2;

/** How fast a copy may read without slowing down the writes of an application: quickly less, slowly more again. */
export class Pace {
  /** Bytes per second; infinite while nothing need be held back. */
  rate = Number.POSITIVE_INFINITY;
  private last: Writes;
  private seen: number;
  /** Microseconds that a write takes by itself. */
  private usual: number | undefined;

  constructor(first: Writes) {
    this.last = first;
    this.seen = first.count;
  }

  isNewer(now: Writes): boolean {
    return now.count > this.last.count;
  }

  /** What the writes have come to by now, while `read` bytes per second were copied. */
  saw(now: Writes, read: number): void {
    const count = now.count - this.last.count;
    const isQuiet = now.count === this.seen;
    this.seen = now.count;
    if (!isQuiet && count < ENOUGH) return;
    const micros = (now.micros - this.last.micros) / count;
    this.last = now;
    if (isQuiet || this.isUsual(micros)) this.ease(read);
    else this.slow(read, micros);
  }

  private isUsual(micros: number): boolean {
    this.usual ??= micros;
    if (micros > this.usual * TIMES + MORE_MICROS) return false;
    this.usual = Math.min(this.usual, micros);
    return true;
  }

  private slow(read: number, micros: number): void {
    if (this.rate <= LEAST) this.usual = micros;
    else this.rate = Math.max(LEAST, Math.min(this.rate, read) * DOWN);
  }

  private ease(read: number): void {
    this.rate *= UP;
    if (this.rate > Math.max(LEAST, read) * BEYOND) this.rate = Number.POSITIVE_INFINITY;
  }
}

const LOOK_MS = 500;
/** How long a source that is written to is looked at before the copy begins. */
const BEFORE_MS = 1_000;
/** What a server would say of itself beside what is wanted. */
const REST = ['asserts', 'connections', 'electionMetrics', 'extra_info', 'flowControl', 'indexBulkBuilder', 'locks'];
REST.push('indexStats', 'logicalSessionRecordCache', 'metrics', 'mirroredReads', 'network', 'opcounters', 'repl');
REST.push('opcountersRepl', 'oplogTruncation', 'security', 'storageEngine', 'tcmalloc', 'tenantMigrations');
REST.push('trafficRecording', 'transactions', 'transportSecurity', 'twoPhaseCommitCoordinator', 'wiredTiger');
const ASK = { serverStatus: 1, ...Object.fromEntries(REST.map((it) => [it, 0])) };

/** Undefined when the user may not ask. */
async function writesOf(source: Deployment): Promise<Writes | undefined> {
  const { writes } = (await source.attempt('admin', ASK, Code.unauthorized))?.opLatencies ?? {};
  return writes && { count: Number(writes.ops), micros: Number(writes.latency) };
}

interface Beside {
  source: Deployment;
  log: Logger;
}

/**
 * Holds the copy to what the writes of the source's application bear. How much reading a server has to spare only shows
 * in how it answers the others, so the server is asked for that, again and again.
 */
export class Consideration {
  private readonly ground: Beside;
  private readonly throttle: Throttle;
  private readonly pace: Pace;
  private readonly since = performance.now();

  private constructor(ground: Beside, throttle: Throttle, first: Writes) {
    this.ground = ground;
    this.throttle = throttle;
    this.pace = new Pace(first);
  }

  /** To be opened some time before the copy, so that it is known what is usual. Undefined when the user may not ask. */
  static async open(ground: Beside, throttle: Throttle): Promise<Consideration | undefined> {
    const first = await writesOf(ground.source);
    return first && new Consideration(ground, throttle, first);
  }

  async during(copy: () => Promise<void>): Promise<void> {
    await this.lookBefore();
    const over = new AbortController();
    // When the source no longer answers the copy ends too, and says why. What nobody looks at is not held back.
    const watching = this.watch(over.signal)
      .catch(() => {})
      .finally(() => {
        this.throttle.bytesPerSecond = Number.POSITIVE_INFINITY;
      });
    try {
      await copy();
    } finally {
      over.abort();
      await watching;
    }
  }

  /** A source that nobody writes to is not waited for. */
  private async lookBefore(): Promise<void> {
    const missing = BEFORE_MS - (performance.now() - this.since);
    const { source } = this.ground;
    const now = await writesOf(source);
    if (now && this.pace.isNewer(now) && missing > 0) await this.throttle.pause(missing);
    const then = await writesOf(source);
    if (then) this.pace.saw(then, 0);
  }

  /** Until the copy is over, or the right to ask is taken away. */
  private async watch(over: AbortSignal): Promise<void> {
    const { throttle, pace } = this;
    for (let [at, bytes] = [performance.now(), throttle.bytes]; ; ) {
      await wait(LOOK_MS, undefined, { signal: over });
      const writes = await writesOf(this.ground.source);
      if (!writes) return;
      const now = performance.now();
      pace.saw(writes, ((throttle.bytes - bytes) / (now - at)) * 1_000);
      [at, bytes] = [now, throttle.bytes];
      this.tell(pace.rate);
      throttle.bytesPerSecond = pace.rate;
    }
  }

  private tell(rate: number): void {
    const { log } = this.ground;
    const was = Number.isFinite(this.throttle.bytesPerSecond);
    if (Number.isFinite(rate) === was) return;
    if (was) log.info('the copy is no longer held back');
    else log.info({ bytesPerSecond: rate }, 'the copy is held back: writes to the source have become slower');
  }
}
