import { apiAccessOperations } from '../../areas/api-access/operations.ts';
import { orgOperations } from '../../areas/organizations/operations.ts';
import { orgOperatorOperations } from '../../areas/organizations/operator-operations.ts';
import { settingsOperations } from '../../areas/organizations/settings-operations.ts';
import { groupKeyOperations } from '../../areas/programmatic-api-keys/group-operations.ts';
import { keyOperations } from '../../areas/programmatic-api-keys/operations.ts';
import { limitOperations } from '../../areas/projects/limit-operations.ts';
import { projectOperations } from '../../areas/projects/operations.ts';
import { createProjectLeaving } from '../../areas/projects/questions.ts';
import { groupAccountOperations } from '../../areas/service-accounts/group-operations.ts';
import { accountOperations } from '../../areas/service-accounts/operations.ts';
import { accountSecretOperations } from '../../areas/service-accounts/secret-operations.ts';
import type { Leaving } from '../../base/state.ts';
import { mount } from '../../kernel/operation.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { SurroundingRooms } from '../rooms/surroundings.ts';
import type { Wing } from './wing.ts';

/** `leaving` is all of the house's: what must agree before an organization or project goes. */
export function identityWing(
  identity: IdentityRooms,
  {
    clusters,
    surroundings,
    leaving,
  }: { clusters: ClusterRooms; surroundings: SurroundingRooms; leaving: readonly Leaving[] },
): Wing {
  const { ground, stores, uses, assign, orgs, projects, keys, accounts, people } = identity;
  const common = { ...ground, orgs, projects, keys, accounts, people, assign, leaving, clusters: clusters.clusters };
  return {
    stores: [stores.projects, stores.keys, stores.accounts],
    operations: [
      ...mount([...orgOperations, ...settingsOperations, ...orgOperatorOperations], {
        ...common,
        orgs: stores.orgs,
        make: orgs.create,
      }),
      ...mount([...projectOperations, ...limitOperations], {
        ...common,
        alerts: surroundings.alerts,
        projects: stores.projects,
      }),
      ...mount([...keyOperations, ...groupKeyOperations], { ...common, keys: stores.keys, questions: keys }),
      ...mount([...accountOperations, ...groupAccountOperations, ...accountSecretOperations], {
        ...common,
        accounts: stores.accounts,
        questions: accounts,
      }),
      ...mount(apiAccessOperations, {
        ...ground,
        keys: { lists: stores.keys.lists, inOrg: stores.keys.find, inGroup: stores.keys.findInGroup },
        accounts: { lists: stores.accounts.lists, inOrg: stores.accounts.find, inGroup: stores.accounts.findInGroup },
        flush: async () => void (await Promise.all([uses.keys.flush(), uses.accounts.flush()])),
      }),
    ],
    leaving: [
      createProjectLeaving(stores.projects),
      { clearOrg: stores.keys.clearOrg, clearGroup: async (id, tx) => void (await stores.keys.clearGroup(id, tx)) },
      {
        clearOrg: stores.accounts.clearOrg,
        clearGroup: async (id, tx) => void (await stores.accounts.clearGroup(id, tx)),
      },
    ],
    loops: [uses.keys, uses.accounts],
    watched: [],
  };
}
