import type { FastifyInstance } from 'fastify';
import { raisedOperations } from '../../areas/alerts/alert-operations.ts';
import { createAlertControl } from '../../areas/alerts/controller.ts';
import { alertOperations } from '../../areas/alerts/operations.ts';
import { auditOperations } from '../../areas/auditing/operations.ts';
import { integrationOperations } from '../../areas/integrations/operations.ts';
import { mountPrometheus } from '../../areas/integrations/prometheus.ts';
import { maintenanceOperations } from '../../areas/maintenance-windows/operations.ts';
import { createMonitoringQuestions } from '../../areas/monitoring/questions.ts';
import { networkOperations } from '../../areas/networking/operations.ts';
import { createAccessListQuestions } from '../../areas/project-access-list/questions.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import type { AccessRooms } from '../rooms/access.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { SurroundingRooms } from '../rooms/surroundings.ts';
import type { Wing } from './wing.ts';

/** How often it is looked at what alerts are about; figures come once a minute. */
const ALERTS_MS = 30_000;

export function surroundingsWing(
  { ground, stores }: SurroundingRooms,
  {
    identity: { projects },
    clusters: { clusters },
    access,
  }: { identity: IdentityRooms; clusters: ClusterRooms; access: AccessRooms },
  { alertsMs = ALERTS_MS }: { alertsMs?: number },
): Wing {
  const { alerts, raised, integrations, switches, windows } = stores;
  const common = { ...ground, projects };
  const { measurements } = access.stores;
  const monitoring = createMonitoringQuestions({ ...ground, clusters, clients: access.clients, measurements });
  const alertControl = createController({
    ...createAlertControl({ ...common, configs: alerts, raised, clusters, monitoring }),
    relistMs: alertsMs,
    log: ground.log,
  });
  return {
    stores: [alerts, raised, integrations],
    operations: [
      ...mount(alertOperations, { ...common, alerts }),
      ...mount(raisedOperations, { ...ground, alerts, raised }),
      ...mount(integrationOperations, { ...common, integrations }),
      ...mount(maintenanceOperations, { ...common, windows }),
      ...mount(auditOperations, {}),
      ...mount(networkOperations, { ...common, clusters, switches }),
    ],
    leaving: [
      { clearGroup: alerts.clearGroup },
      { clearGroup: raised.clearGroup },
      { clearGroup: integrations.clearGroup },
      { clearGroup: switches.clearGroup },
      { clearGroup: async (groupId, tx) => void (await windows.remove(groupId, tx)) },
    ],
    loops: [alertControl],
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
