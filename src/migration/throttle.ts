import { setTimeout as wait } from 'node:timers/promises';

/** A batch of a throttled copy takes about so much of a second, so that the source sees a stream and no bursts. */
const BATCH_SECONDS = 0.25;
/** What was not used of the rate is made up for, but not for longer than this. */
const SAVED_SECONDS = 1;

/** Holds what the copy reads of the source, all readers together, to a rate. */
export class Throttle {
  /** May change at any time; infinite when nothing is held back. */
  bytesPerSecond: number;
  /** How much was read so far. */
  bytes = 0;
  private readonly ended: AbortSignal;
  /** When what has been read so far would be paid for, in milliseconds. */
  private paid = performance.now();

  constructor(bytesPerSecond: number, ended: AbortSignal) {
    this.bytesPerSecond = bytesPerSecond;
    this.ended = ended;
  }

  /** How many documents to ask for at once; `most` when they are read faster than the rate matters. */
  batchSize(averageBytes: number, most: number): number {
    const documents = (this.bytesPerSecond * BATCH_SECONDS) / Math.max(1, averageBytes);
    return Math.max(1, Math.min(most, Math.floor(documents)));
  }

  /** Notes that so much was read. */
  spend(bytes: number): void {
    this.bytes += bytes;
    const now = performance.now();
    this.paid = Math.max(this.paid, now - SAVED_SECONDS * 1_000) + (bytes / this.bytesPerSecond) * 1_000;
  }

  /** Resolves when there is room for more, or when the copy ends. */
  async turn(): Promise<void> {
    const ms = this.paid - performance.now();
    if (ms > 0) await this.pause(ms);
  }

  async pause(ms: number): Promise<void> {
    // Ended meanwhile: whoever waits looks for that next.
    await wait(ms, undefined, { signal: this.ended }).catch(() => {});
  }
}
