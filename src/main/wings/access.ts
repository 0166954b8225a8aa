import { createUserControl } from '../../areas/database-users/controller.ts';
import { databaseUserOperations } from '../../areas/database-users/operations.ts';
import { createUserLeaving, createUserQuestions } from '../../areas/database-users/questions.ts';
import { createUserStore } from '../../areas/database-users/store.ts';
import { accessOperations } from '../../areas/employee-access/operations.ts';
import { createAccessLeaving, createAccessQuestions } from '../../areas/employee-access/questions.ts';
import { createAccessControl } from '../../areas/employee-access/sessions.ts';
import { staffOperations } from '../../areas/employee-access/staff-operations.ts';
import { createAccessStore } from '../../areas/employee-access/store.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import type { ClusterRooms } from './clusters.ts';
import type { IdentityRooms } from './identity.ts';
import type { Ground, Wing } from './wing.ts';

/** Who may look inside a cluster: database users, and staff. */
export function createAccessRooms(ground: Ground) {
  const { state, vault } = ground;
  const stores = { access: createAccessStore(state), users: createUserStore(state) };
  const grants = createAccessQuestions(stores.access, vault);
  const users = createUserQuestions(stores.users);
  return {
    ground,
    stores,
    grants,
    /** Told of a cluster that is gone for good. */
    async clusterGone(clusterId: string): Promise<void> {
      await grants.clearCluster(clusterId);
      await users.clearCluster(clusterId);
    },
  };
}

export type AccessRooms = ReturnType<typeof createAccessRooms>;

export function accessWing(
  { ground, stores }: AccessRooms,
  { identity, clusters }: { identity: IdentityRooms; clusters: ClusterRooms },
): Wing {
  const { log } = ground;
  const common = { ...ground, clusters: clusters.clusters };
  const { orgs, projects } = identity;
  const staffControl = createController({
    ...createAccessControl({ ...common, access: stores.access }),
    relistMs: 1_000,
    log,
  });
  const userControl = createController({
    ...createUserControl({ ...common, users: stores.users, projects }),
    relistMs: 2_000,
    log,
  });
  return {
    stores: [stores.access, stores.users],
    operations: [
      ...mount(databaseUserOperations, { ...common, users: stores.users, projects }),
      ...mount(accessOperations, { ...common, access: stores.access }),
      ...mount(staffOperations, { ...common, access: stores.access, orgs }),
    ],
    leaving: [createAccessLeaving(stores.access), createUserLeaving(stores.users)],
    loops: [staffControl, userControl],
    watched: [
      // A user's id begins with its project's.
      { collection: 'databaseUsers', wake: (id) => userControl.wake(id.split('/')[0]!) },
      { collection: 'staffSessions', wake: staffControl.wake },
    ],
  };
}
