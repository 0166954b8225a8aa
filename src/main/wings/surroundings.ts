import { integrationOperations } from '../../areas/integrations/operations.ts';
import { createIntegrationStore } from '../../areas/integrations/store.ts';
import { maintenanceOperations } from '../../areas/maintenance-windows/operations.ts';
import { createMaintenanceStore } from '../../areas/maintenance-windows/store.ts';
import { networkOperations } from '../../areas/networking/operations.ts';
import { mount } from '../../kernel/operation.ts';
import type { ClusterRooms } from './clusters.ts';
import type { IdentityRooms } from './identity.ts';
import type { Wing } from './wing.ts';

/** What a project has around its clusters: the services it tells, when it may be tended, the networks it is in. */
export function surroundingsWing({ ground, projects }: IdentityRooms, { clusters }: ClusterRooms): Wing {
  const integrations = createIntegrationStore(ground.state);
  const windows = createMaintenanceStore(ground.state);
  const common = { ...ground, projects };
  return {
    stores: [integrations],
    operations: [
      ...mount(integrationOperations, { ...common, integrations }),
      ...mount(maintenanceOperations, { ...common, windows }),
      ...mount(networkOperations, { clusters }),
    ],
    leaving: [
      { clearGroup: integrations.clearGroup },
      { clearGroup: async (groupId, tx) => void (await windows.remove(groupId, tx)) },
    ],
    loops: [],
    watched: [],
  };
}
