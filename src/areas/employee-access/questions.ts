import type { Vault } from '../../base/secrets.ts';
import type { Leaving } from '../../base/state.ts';
import type { Caller } from '../../kernel/operation.ts';
import type { GrantType } from './model.ts';
import type { AccessStore } from './store.ts';

/** What other rooms and the kernel may ask of the employees' access. */
export function createAccessQuestions(store: AccessStore, vault: Vault) {
  return {
    /** The grants of these clusters, also those that have expired: Atlas goes on showing them. */
    async of(clusterIds: readonly string[]): Promise<Map<string, { grantType: GrantType; expirationTime: Date }>> {
      const grants = await store.grants(clusterIds);
      return new Map(grants.map((it) => [it._id, { grantType: it.grantType, expirationTime: it.expirationTime }]));
    },
    async staffUser(username: string): Promise<{ ha1: string; caller: Caller } | undefined> {
      const staff = await store.staff(username);
      if (!staff) return undefined;
      const caller: Caller = {
        kind: 'staff',
        id: username,
        name: username,
        orgRoles: {},
        groupRoles: {},
        accessList: [],
      };
      return { ha1: vault.open(staff.sealedHa1, username), caller };
    },
    clearCluster: store.clearCluster,
  };
}

export type AccessQuestions = ReturnType<typeof createAccessQuestions>;

export const createAccessLeaving = (store: AccessStore): Leaving => ({
  clearGroup: async (groupId, tx) => void (await store.clearGroup(groupId, tx)),
});
