import type { Logger } from 'pino';
import type { EventQuestions } from '../../areas/events/questions.ts';
import type { Clock } from '../../base/clock.ts';
import type { Vault } from '../../base/secrets.ts';
import type { State } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';

/** What every room of the house stands on. */
export interface Ground {
  state: State;
  vault: Vault;
  clock: Clock;
  log: Logger;
  limits: Limits;
  /** Where what the server does of itself is recorded. */
  events: EventQuestions;
}
