import type { Leaving, Tx } from '../../base/state.ts';
import { fail } from '../../kernel/failure.ts';
import type { MigrationStore } from './store.ts';

/** Throws while a live migration of this organization runs; the refusal names the projects it runs into. */
export async function refuseWhileActive(store: MigrationStore, orgId: string, tx: Tx): Promise<void> {
  const groups = await store.activeGroups(orgId, tx);
  if (groups.length) throw fail('CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK', groups.sort().join(', '));
}

/** What other rooms may ask of the live migrations. */
export const createMigrationQuestions = (store: MigrationStore) => ({
  /** A cluster that a live migration fills is locked. */
  isRunningInto: store.isActiveInto,
});

export type MigrationQuestions = ReturnType<typeof createMigrationQuestions>;

export const createMigrationLeaving = (store: MigrationStore): Leaving => ({
  refuseOrg: (orgId, tx) => refuseWhileActive(store, orgId, tx),
  clearOrg: store.clearOrg,
  clearGroup: async (groupId, tx) => void (await store.clearGroup(groupId, tx)),
});
