import type { Logger } from 'pino';
import type { EventQuestions } from '../../areas/events/questions.ts';
import type { Clock } from '../../base/clock.ts';
import type { Vault } from '../../base/secrets.ts';
import type { Leaving, State } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Mounted } from '../../kernel/operation.ts';
import type { Watched } from '../../reconcile/watch.ts';

/** What every wing of the house stands on. */
export interface Ground {
  state: State;
  vault: Vault;
  clock: Clock;
  log: Logger;
  limits: Limits;
  /** Where what the server does of itself is recorded. */
  events: EventQuestions;
}

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
