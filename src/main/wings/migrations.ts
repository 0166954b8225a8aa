import { agentOperations } from '../../areas/live-migrations/agent-operations.ts';
import { createJobControl } from '../../areas/live-migrations/controller.ts';
import { jobOperations } from '../../areas/live-migrations/job-operations.ts';
import { linkOperations } from '../../areas/live-migrations/link-operations.ts';
import { localOperations } from '../../areas/live-migrations/local-operations.ts';
import { ownMigrationOperations } from '../../areas/live-migrations/own-operations.ts';
import { createMigrationLeaving } from '../../areas/live-migrations/questions.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { MigrationRooms } from '../rooms/migrations.ts';
import type { Wing } from './wing.ts';

export function migrationWing(
  { ground, migrations, signals }: MigrationRooms,
  { identity, clusters }: { identity: IdentityRooms; clusters: ClusterRooms },
): Wing {
  const common = { ...ground, clusters: clusters.clusters, migrations };
  const { orgs, projects, keys } = identity;
  const control = createController({ ...createJobControl(common), log: ground.log });
  return {
    stores: [migrations],
    operations: [
      ...mount(linkOperations, { ...common, keys, orgs }),
      ...mount([...jobOperations, ...ownMigrationOperations], common),
      ...mount(localOperations, { ...common, orgs, projects }),
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
