import type { Leaving } from '../../base/state.ts';
import type { Mounted } from '../../kernel/operation.ts';
import type { Watched } from '../../reconcile/watch.ts';

export interface Loop {
  start(): void;
  stop(): Promise<void>;
}

/** What a wing, a few rooms that belong together, brings to the house. */
export interface Wing {
  /** Stores whose indexes must be there before anything is asked of them. */
  stores: readonly { prepare(): Promise<void> }[];
  operations: readonly Mounted[];
  /** In the order in which they are asked. */
  leaving: readonly Leaving[];
  loops: readonly Loop[];
  watched: readonly Watched[];
}
