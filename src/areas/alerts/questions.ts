import type { Clock } from '../../base/clock.ts';
import type { Tx } from '../../base/state.ts';
import { defaultConfigs } from './model.ts';
import type { AlertStore } from './store.ts';

export { isWatched } from './alert.ts';

/** What other rooms may ask of the alerts. */
export const createAlertQuestions = (store: AlertStore, clock: Clock) => ({
  /** Gives a new project the alerts that every project begins with. */
  async beginIn(groupId: string, tx: Tx): Promise<void> {
    await store.insert(defaultConfigs(groupId, clock.now()), tx);
  },
});

export type AlertQuestions = ReturnType<typeof createAlertQuestions>;
