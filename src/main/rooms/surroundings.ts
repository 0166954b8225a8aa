import { createRaisedStore } from '../../areas/alerts/alert-store.ts';
import { createAlertQuestions } from '../../areas/alerts/questions.ts';
import { createAlertStore } from '../../areas/alerts/store.ts';
import { createIntegrationStore } from '../../areas/integrations/store.ts';
import { createMaintenanceStore } from '../../areas/maintenance-windows/store.ts';
import { createSwitchStore } from '../../areas/networking/store.ts';
import type { Ground } from './ground.ts';

/** What a project has around its clusters: alerts and whom it tells, when it may be tended, the networks it is in. */
export function createSurroundingRooms(ground: Ground) {
  const stores = {
    alerts: createAlertStore(ground.state),
    raised: createRaisedStore(ground.state),
    integrations: createIntegrationStore(ground.state),
    switches: createSwitchStore(ground.state),
    windows: createMaintenanceStore(ground.state),
  };
  return { ground, stores, alerts: createAlertQuestions(stores.alerts, ground.clock) };
}

export type SurroundingRooms = ReturnType<typeof createSurroundingRooms>;
