// Agents that tests start, and the tokens that they are started with.
import { join } from 'node:path';
import type { Atlas } from '../../demo/atlas.ts';

interface Where {
  api: Atlas;
  orgId: string;
  /** Everything the test writes is below this. */
  dir: string;
  /** Of the source. */
  uri: string;
}

/** `where` is asked at each use, since what it tells of is made before the tests begin. */
export function agentsOf(where: () => Where) {
  const tokens = () => `/orgs/${where().orgId}/liveMigrations/linkTokens`;
  return {
    newToken: async (accessListIps: string[] = []): Promise<string> =>
      (await where().api.call('POST', tokens(), { accessListIps })).linkToken,
    dropLinks: () => where().api.call('DELETE', tokens()),
    agentArgs: (token: string, uri = where().uri, state = 'agent') => [
      ...['agent', '--token', token, '--deployment', `shop=${uri}`, '--host', 'mover'],
      ...['--state-dir', join(where().dir, state)],
    ],
  };
}
