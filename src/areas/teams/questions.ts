import type { Leaving, Tx } from '../../base/state.ts';
import type { Assignment } from '../../contract/roles.ts';
import type { TeamStore } from './store.ts';

/** What other rooms may ask of the teams. */
export const createTeamQuestions = (store: TeamStore) => ({
  /** What the members of these teams may do in projects. */
  async assignmentsOf(teamIds: readonly string[]): Promise<Assignment[]> {
    if (!teamIds.length) return [];
    const teams = await store.of(teamIds);
    return teams.flatMap((it) =>
      it.groups.flatMap(({ groupId, roles }) => roles.map((roleName) => ({ groupId, roleName }))),
    );
  },
  areIn: async (orgId: string, teamIds: readonly string[], tx: Tx): Promise<boolean> =>
    !teamIds.length || (await store.countIn(orgId, teamIds, tx)) === new Set(teamIds).size,
  /** The teams that have a role in a project. */
  idsIn: store.idsWith,
});

export type TeamQuestions = ReturnType<typeof createTeamQuestions>;

export const createTeamLeaving = (store: TeamStore): Leaving => ({
  clearOrg: store.clearOrg,
  clearGroup: store.clearGroup,
});
