import type { Leaving, State, Tx } from '../../base/state.ts';
import { createTogether } from '../../base/together.ts';
import { groupRolesOfOrgRole } from '../../contract/roles.ts';
import { fail } from '../../kernel/failure.ts';
import type { Caller, GroupPlace, Page, Paging } from '../../kernel/operation.ts';
import { type LimitName, limitOf } from './limits.ts';
import type { ProjectStore, Sight } from './store.ts';

export type { LimitName } from './limits.ts';

/** All projects of organizations whose role reaches into every project, and those with a role of their own. */
export const sightOf = (caller: Caller): Sight => ({
  orgIds: Object.entries(caller.orgRoles)
    .filter(([, roles]) => roles.some((role) => groupRolesOfOrgRole(role).length))
    .map(([orgId]) => orgId),
  groupIds: Object.keys(caller.groupRoles),
});

/** What those who hold a project may know of it. */
export interface HeldProject {
  /** How much of something it may have. */
  limit(name: LimitName): number;
}

/** What other rooms may ask of the projects. */
export function createProjectQuestions(state: State, store: ProjectStore) {
  /** Before creating anything inside: throws GROUP_NOT_FOUND when the project is gone or going. */
  async function hold(id: string, tx: Tx): Promise<HeldProject> {
    const held = await store.hold(id, tx);
    if (!held) throw fail('GROUP_NOT_FOUND', id);
    return { limit: (name) => limitOf(held.limits, name) };
  }
  return {
    hold,
    /** A transaction that holds the project: what creates something inside. Throws GROUP_NOT_FOUND. */
    within: createTogether(state, hold),
    async place(id: string): Promise<GroupPlace | undefined> {
      const project = await store.find(id);
      return project ? { id, name: project.name, orgId: project.orgId } : undefined;
    },
    /** What the operator means by a name or an id. */
    async named(orgId: string, text: string): Promise<GroupPlace | undefined> {
      const project = await store.namedIn(orgId, text);
      return project ? { id: project._id, name: project.name, orgId } : undefined;
    },
    /** What a caller can see, page by page. */
    async visibleTo(caller: Caller, paging: Paging): Promise<Page<GroupPlace>> {
      const { items, total } = await store.list(sightOf(caller), paging);
      return { items: items.map(({ _id, name, orgId }) => ({ id: _id, name, orgId })), total };
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
