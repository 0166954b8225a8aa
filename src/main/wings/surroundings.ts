import { alertOperations } from '../../areas/alerts/operations.ts';
import { auditOperations } from '../../areas/auditing/operations.ts';
import { integrationOperations } from '../../areas/integrations/operations.ts';
import { maintenanceOperations } from '../../areas/maintenance-windows/operations.ts';
import { networkOperations } from '../../areas/networking/operations.ts';
import { mount } from '../../kernel/operation.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { SurroundingRooms } from '../rooms/surroundings.ts';
import type { Wing } from './wing.ts';

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
