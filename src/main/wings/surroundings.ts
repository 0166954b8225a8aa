import { alertOperations } from '../../areas/alerts/operations.ts';
import { createAlertQuestions } from '../../areas/alerts/questions.ts';
import { createAlertStore } from '../../areas/alerts/store.ts';
import { auditOperations } from '../../areas/auditing/operations.ts';
import { integrationOperations } from '../../areas/integrations/operations.ts';
import { createIntegrationStore } from '../../areas/integrations/store.ts';
import { maintenanceOperations } from '../../areas/maintenance-windows/operations.ts';
import { createMaintenanceStore } from '../../areas/maintenance-windows/store.ts';
import { networkOperations } from '../../areas/networking/operations.ts';
import { createSwitchStore } from '../../areas/networking/store.ts';
import { mount } from '../../kernel/operation.ts';
import type { ClusterRooms } from './clusters.ts';
import type { IdentityRooms } from './identity.ts';
import type { Ground, Wing } from './wing.ts';

/** What a project has around its clusters: alerts and whom it tells, when it may be tended, the networks it is in. */
export function createSurroundingRooms(ground: Ground) {
  const stores = {
    alerts: createAlertStore(ground.state),
    integrations: createIntegrationStore(ground.state),
    switches: createSwitchStore(ground.state),
    windows: createMaintenanceStore(ground.state),
  };
  return { ground, stores, alerts: createAlertQuestions(stores.alerts, ground.clock) };
}

export type SurroundingRooms = ReturnType<typeof createSurroundingRooms>;

export function surroundingsWing(
  { ground, stores }: SurroundingRooms,
  { identity: { projects }, clusters: { clusters } }: { identity: IdentityRooms; clusters: ClusterRooms },
): Wing {
  const { alerts, integrations, switches, windows } = stores;
  const common = { ...ground, projects };
  return {
    stores: [alerts, integrations],
    operations: [
      ...mount(alertOperations, { ...common, alerts }),
      ...mount(integrationOperations, { ...common, integrations }),
      ...mount(maintenanceOperations, { ...common, windows }),
      ...mount(auditOperations, {}),
      ...mount(networkOperations, { ...common, clusters, switches }),
    ],
    leaving: [
      { clearGroup: alerts.clearGroup },
      { clearGroup: integrations.clearGroup },
      { clearGroup: switches.clearGroup },
      { clearGroup: async (groupId, tx) => void (await windows.remove(groupId, tx)) },
    ],
    loops: [],
    watched: [],
  };
}
