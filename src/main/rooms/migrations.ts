import { createMigrationQuestions } from '../../areas/live-migrations/questions.ts';
import { createSignals } from '../../areas/live-migrations/signals.ts';
import { createMigrationStore } from '../../areas/live-migrations/store.ts';
import type { Ground } from './ground.ts';

/** Links to sources outside, and the live migrations that come through them. */
export function createMigrationRooms(ground: Ground) {
  const migrations = createMigrationStore(ground.state);
  const signals = createSignals();
  return {
    ground,
    migrations,
    signals,
    imports: createMigrationQuestions(migrations),
    /** Ends the agents' long polls; they ask again as soon as there is a server. */
    hangUp: signals.end,
  };
}

export type MigrationRooms = ReturnType<typeof createMigrationRooms>;
