/** How much Atlas lets an organization, a project or a team hold; source: its page of limits. */
export const atlasLimits = {
  usersPerOrg: 500,
  apiKeysPerOrg: 500,
  teamsPerOrg: 250,
  groupsPerOrg: 250,
  teamsPerGroup: 100,
  usersPerTeam: 250,
  alertConfigsPerGroup: 100,
};

export type Limits = typeof atlasLimits;

/** For tests that create more of something than anybody would. */
export const noLimits = Object.fromEntries(
  Object.keys(atlasLimits).map((it) => [it, Number.POSITIVE_INFINITY]),
) as Limits;
