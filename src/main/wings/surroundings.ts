import type { FastifyInstance } from 'fastify';
import { alertOperations } from '../../areas/alerts/operations.ts';
import { auditOperations } from '../../areas/auditing/operations.ts';
import { integrationOperations } from '../../areas/integrations/operations.ts';
import { mountPrometheus } from '../../areas/integrations/prometheus.ts';
import { maintenanceOperations } from '../../areas/maintenance-windows/operations.ts';
import { networkOperations } from '../../areas/networking/operations.ts';
import { createAccessListQuestions } from '../../areas/project-access-list/questions.ts';
import { mount } from '../../kernel/operation.ts';
import type { AccessRooms } from '../rooms/access.ts';
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

/** What a Prometheus asks; it stands beside the API, not in it. */
export function mountSurroundings(
  app: FastifyInstance,
  { ground, stores }: SurroundingRooms,
  { access, clusters }: { access: AccessRooms; clusters: ClusterRooms },
  publicUrl: string | undefined,
): void {
  mountPrometheus(app, {
    ...{ integrations: stores.integrations, clusters: clusters.clusters, clients: access.clients, clock: ground.clock },
    accessList: createAccessListQuestions(access.stores.accessList),
    originOf: ({ protocol, host }) => publicUrl ?? `${protocol}://${host}`,
  });
}
