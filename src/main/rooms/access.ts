import { createRoleStore } from '../../areas/custom-database-roles/store.ts';
import { createDeploymentQuestions } from '../../areas/database-access/questions.ts';
import { createDeploymentStore } from '../../areas/database-access/store.ts';
import { createUserStore } from '../../areas/database-users/store.ts';
import { createDoors } from '../../areas/employee-access/doors.ts';
import { createAccessQuestions } from '../../areas/employee-access/questions.ts';
import { createAccessStore } from '../../areas/employee-access/store.ts';
import { createMeasurementStore } from '../../areas/monitoring/sample-store.ts';
import { createThresholdStore } from '../../areas/monitoring/slow-threshold.ts';
import { createAccessListStore } from '../../areas/project-access-list/store.ts';
import { createCertificateStore } from '../../areas/user-certificates/store.ts';
import { createClients } from '../../mongod/index.ts';
import type { Ground } from './ground.ts';

/** Who may look inside a cluster: database users, from where, and staff. */
export function createAccessRooms(ground: Ground) {
  const { state, vault, log } = ground;
  const stores = {
    access: createAccessStore(state),
    users: createUserStore(state),
    customRoles: createRoleStore(state),
    accessList: createAccessListStore(state),
    deployment: createDeploymentStore(state),
    certificates: createCertificateStore(state),
    measurements: createMeasurementStore(state),
    thresholds: createThresholdStore(state),
  };
  const grants = createAccessQuestions(stores.access, vault);
  const deployment = createDeploymentQuestions(stores.deployment);
  const doors = createDoors(log);
  return {
    ground,
    stores,
    grants,
    doors,
    /** The control plane's own clients of what it runs. */
    clients: createClients(),
    /** Ends what staff are reading. */
    hangUp: doors.shutAll,
    /** The way of users, roles and addresses to the clusters. */
    deployment,
    /** Told of a cluster that is gone for good. */
    async clusterGone(clusterId: string): Promise<void> {
      await grants.clearCluster(clusterId);
      await deployment.clearCluster(clusterId);
    },
  };
}

export type AccessRooms = ReturnType<typeof createAccessRooms>;
