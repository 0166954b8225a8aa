import { createEventQuestions } from '../../areas/events/questions.ts';
import { createEventStore } from '../../areas/events/store.ts';
import type { Clock } from '../../base/clock.ts';
import type { State } from '../../base/state.ts';

/** What happened; every other wing records in it, so it stands on less ground than they do. */
export function createEventRooms({ state, clock }: { state: State; clock: Clock }) {
  const store = createEventStore(state);
  return { store, events: createEventQuestions(store, clock) };
}

export type EventRooms = ReturnType<typeof createEventRooms>;
