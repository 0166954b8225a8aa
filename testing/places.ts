import type { TestHouse } from './house.ts';
import { until } from './wait.ts';

export const replicaSet = (name: string, nodeCount: number, more: object = {}) => ({
  name,
  clusterType: 'REPLICASET',
  replicationSpecs: [
    {
      regionConfigs: [
        {
          providerName: 'AWS',
          regionName: 'EU_CENTRAL_1',
          priority: 7,
          electableSpecs: { instanceSize: 'M10', nodeCount },
        },
      ],
    },
  ],
  ...more,
});

export async function newProject({ api, owner }: TestHouse, name = 'p'): Promise<string> {
  const { status, body } = await api('POST', '/groups', { name, orgId: owner.orgId });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** Makes a cluster and waits until it is IDLE; the house must be running. */
export async function newCluster({ api }: TestHouse, groupId: string, name: string, nodes = 1) {
  const made = await api('POST', `/groups/${groupId}/clusters`, replicaSet(name, nodes));
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const ask = async () => (await api('GET', `/groups/${groupId}/clusters/${name}`)).body;
  return until(ask, (it) => it.stateName === 'IDLE', 60_000);
}
