import type { TestHouse } from './house.ts';

export const openToken = (token: string) => JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));

/** A deployment as an agent tells of it. */
export const deployment = (name: string) => ({
  ...{ name, version: '6.0.5', fcv: '6.0', dbSizeBytes: 1, oplogSizeMB: 1, tls: false, sharded: false },
});

export const introduction = {
  instanceId: 'a',
  host: 'host1',
  project: 'old',
  version: '0',
  deployments: [deployment('shop')],
};

/** A token and somebody who uses it as an agent would. */
export async function link({ api, as, owner }: TestHouse, accessListIps: string[] = []) {
  const made = await api('POST', `/orgs/${owner.orgId}/liveMigrations/linkTokens`, { accessListIps });
  const token = openToken(made.body.linkToken);
  const agent = as(token);
  return {
    status: made.status,
    token,
    agent,
    introduce: (change: object = {}) => agent('POST', '/api/telamon/v1/agent/link', { ...introduction, ...change }),
    poll: (known: object = {}) => agent('POST', '/api/telamon/v1/agent/jobs', { instanceId: 'a', known }),
    report: (body: object) => agent('POST', '/api/telamon/v1/agent/report', { instanceId: 'a', ...body }),
  };
}

export type Link = Awaited<ReturnType<typeof link>>;

/** What asks for a live migration of `shop` into `target`, in its newest version. */
export const request = (
  groupId: string,
  projectId: string,
  change: { source?: object; destination?: object } = {},
) => ({
  source: { groupId: projectId, clusterName: 'shop', managedAuthentication: true, ssl: false, ...change.source },
  destination: { groupId, clusterName: 'target', hostnameSchemaType: 'PUBLIC', ...change.destination },
  migrationHosts: ['host1'],
});

/** What an agent reports while it follows. */
export const progress = (change: object = {}) => ({
  ...{ phase: 'tailing', bytesCopied: 1, bytesTotal: 1, documentsCopied: 1, documentsTotal: 1 },
  ...{ collectionsCopied: 1, collectionsTotal: 1, bytesPerSecond: 0, documentsPerSecond: 0 },
  ...{ changesApplied: 0, lagSeconds: 0.4, readyForCutover: true, ...change },
});
