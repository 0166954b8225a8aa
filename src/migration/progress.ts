import type { MigrationProgress } from '../base/migration-progress.ts';

export interface Progress extends MigrationProgress {
  phase: 'preparing' | 'copying' | 'indexing' | 'tailing' | 'cutover' | 'verifying' | 'done';
}

export const REPORT_EVERY_MS = 500;
/** Rates are those of the last few seconds. */
const RATE_OVER_MS = 5_000;

/** Keeps the figures of a migration and tells them. */
export class Meter {
  readonly now: Progress = {
    phase: 'preparing',
    bytesCopied: 0,
    bytesTotal: 0,
    documentsCopied: 0,
    documentsTotal: 0,
    collectionsCopied: 0,
    collectionsTotal: 0,
    bytesPerSecond: 0,
    documentsPerSecond: 0,
    changesApplied: 0,
    readyForCutover: false,
  };
  private readonly tell: ((p: Progress) => void) | undefined;
  private samples: { at: number; bytes: number; documents: number }[] = [];

  constructor(tell: ((p: Progress) => void) | undefined) {
    this.tell = tell;
  }

  phase(phase: Progress['phase']): void {
    if (this.now.phase === phase) return;
    this.now.phase = phase;
    this.samples = [];
    this.now.bytesPerSecond = 0;
    this.now.documentsPerSecond = 0;
    this.now.bytesPerSecondAllowed = undefined;
    if (phase !== 'tailing') {
      this.now.lagSeconds = undefined;
      this.now.readyForCutover = false;
    }
    this.report();
  }

  /** Tells the figures. */
  tick(): void {
    this.rate(Date.now());
    this.report();
  }

  private rate(at: number): void {
    // A collection that is copied from its beginning once more is no negative rate.
    if (this.now.bytesCopied < (this.samples.at(-1)?.bytes ?? 0)) this.samples = [];
    this.samples.push({ at, bytes: this.now.bytesCopied, documents: this.now.documentsCopied });
    while (this.samples.length > 2 && at - this.samples[0]!.at > RATE_OVER_MS) this.samples.shift();
    const [first, last] = [this.samples[0]!, this.samples.at(-1)!];
    const seconds = (last.at - first.at) / 1_000;
    if (!seconds) return;
    this.now.bytesPerSecond = Math.round((last.bytes - first.bytes) / seconds);
    this.now.documentsPerSecond = Math.round((last.documents - first.documents) / seconds);
  }

  private report(): void {
    this.tell?.({ ...this.now });
  }
}
