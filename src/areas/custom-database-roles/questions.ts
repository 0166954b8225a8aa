import type { Leaving, Tx } from '../../base/state.ts';
import { mongodRole } from './model.ts';
import type { RoleStore } from './store.ts';

/** What other rooms may ask of the custom roles. */
export const createRoleQuestions = (store: RoleStore) => ({
  namesIn: async (groupId: string, tx?: Tx): Promise<Set<string>> =>
    new Set((await store.of(groupId, tx)).map((it) => it.roleName)),
  /** The project's roles as a mongod of this version has them. */
  mongodRolesOf: async (groupId: string, version: string) =>
    (await store.of(groupId)).map((it) => mongodRole(it, version)),
});

export const createRoleLeaving = (store: RoleStore): Leaving => ({
  clearGroup: async (groupId, tx) => void (await store.clearGroup(groupId, tx)),
});
