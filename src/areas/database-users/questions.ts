import type { Leaving } from '../../base/state.ts';
import type { UserStore } from './store.ts';

/** What other rooms may ask of the database users. */
export const createUserQuestions = (store: UserStore) => ({
  clearCluster: store.clearCluster,
});

export const createUserLeaving = (store: UserStore): Leaving => ({ clearGroup: store.clearGroup });
