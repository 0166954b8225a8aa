import type { Leaving, Tx } from '../../base/state.ts';
import { fail } from '../../kernel/failure.ts';
import type { GroupPlace } from '../../kernel/operation.ts';
import type { ProjectStore } from './store.ts';

/** What other rooms may ask of the projects. */
export function createProjectQuestions(store: ProjectStore) {
  return {
    async place(id: string): Promise<GroupPlace | undefined> {
      const project = await store.find(id);
      return project ? { id, name: project.name, orgId: project.orgId } : undefined;
    },
    /** Before creating anything inside: throws GROUP_NOT_FOUND when the project is gone or going. */
    async hold(id: string, tx: Tx): Promise<void> {
      if (!(await store.hold(id, tx))) throw fail('GROUP_NOT_FOUND', id);
    },
    idsIn: (orgId: string, tx?: Tx) => store.idsIn(orgId, tx),
  };
}

export type ProjectQuestions = ReturnType<typeof createProjectQuestions>;

/** An organization with projects stays. */
export const createProjectLeaving = (store: ProjectStore): Leaving => ({
  async refuseOrg(orgId, tx) {
    if ((await store.idsIn(orgId, tx)).length) throw fail('ORG_NOT_EMPTY');
  },
});
