import { agentOperations } from '../../areas/live-migrations/agent-operations.ts';
import { createJobControl } from '../../areas/live-migrations/controller.ts';
import { jobOperations } from '../../areas/live-migrations/job-operations.ts';
import { linkOperations } from '../../areas/live-migrations/link-operations.ts';
import { ownMigrationOperations } from '../../areas/live-migrations/own-operations.ts';
import { createMigrationLeaving, createMigrationQuestions } from '../../areas/live-migrations/questions.ts';
import { createSignals } from '../../areas/live-migrations/signals.ts';
import { createMigrationStore } from '../../areas/live-migrations/store.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import type { ClusterRooms } from './clusters.ts';
import type { IdentityRooms } from './identity.ts';
import type { Ground, Wing } from './wing.ts';

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

export function migrationWing(
  { ground, migrations, signals }: MigrationRooms,
  { identity, clusters }: { identity: IdentityRooms; clusters: ClusterRooms },
): Wing {
  const common = { ...ground, clusters: clusters.clusters, migrations };
  const { orgs, keys } = identity;
  const control = createController({ ...createJobControl(common), log: ground.log });
  return {
    stores: [migrations],
    operations: [
      ...mount(linkOperations, { ...common, keys, orgs }),
      ...mount([...jobOperations, ...ownMigrationOperations], common),
      ...mount(agentOperations, { ...common, orgs, signals }),
    ],
    leaving: [createMigrationLeaving(migrations)],
    loops: [control],
    watched: [
      { collection: 'migrationJobs', wake: control.wake },
      { collection: 'migrationJobs', wake: signals.changed },
      { collection: 'migrationLinks', wake: signals.changed },
    ],
  };
}
