// A live migration by a real agent that goes on while everything is killed.
import { join } from 'node:path';
import type { Atlas } from '../../demo/atlas.ts';
import { type Child, telamon } from '../../demo/children.ts';
import { mongodCache } from '../../src/main/up.ts';
import { findMongod, replicaSetUri } from '../../src/mongod/index.ts';
import { majorityWriter } from '../clusters/majority-writer.ts';
import { startSource } from '../migration/chaos/source.ts';
import { patiently } from '../migration/chaos/world.ts';
import { kill9 } from '../unhappy/children.ts';
import { until } from '../wait.ts';

export interface Mover {
  readonly pid: number;
  /** Kills the agent and starts it again. */
  kill(): Promise<void>;
  /** Cuts over and waits for the end; gives the acknowledged writes of the source that are not on the destination. */
  finish(destinationUri: string): Promise<{ acknowledged: number; lost: number[] }>;
  end(): Promise<void>;
}

/** Fills a source, links it with an agent and begins to migrate it into the cluster of that name. */
export async function startMover(at: {
  dir: string;
  api: Atlas;
  orgId: string;
  groupId: string;
  cluster: string;
  megabytes: number;
  /** As `telamon agent` takes it; a slow copy is one that kills hit. */
  maxRate: string;
}): Promise<Mover> {
  const { dir, api, orgId, groupId, cluster, megabytes, maxRate } = at;
  const mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const source = await startSource(join(dir, 'source'), mongod.path, 1);
  const members = source.ports.map((port) => ({ host: '127.0.0.1', port }));
  const root = { user: 'root', password: 'root', authSource: 'admin' };
  const writer = await majorityWriter(replicaSetUri({ members, replSet: 'source', ...root }), 20);
  let agent: Child | undefined;
  const end = async (): Promise<void> => {
    await writer.stop();
    await agent?.stop();
    await source.end();
  };
  try {
    const filled = Array.from({ length: megabytes * 1_000 }, (_, _id) => ({ _id, fill: 'x'.repeat(1_000) }));
    await source.client.db('filled').collection<{ _id: number }>('filled').insertMany(filled);
    const { linkToken } = await api.call('POST', `/orgs/${orgId}/liveMigrations/linkTokens`, { accessListIps: [] });
    const args = ['agent', '--token', linkToken, '--deployment', `shop=${source.uri}`, '--host', 'mover'];
    args.push('--state-dir', join(dir, 'agent'), '--max-rate', maxRate);
    const start = () => {
      agent = telamon(args, () => {});
    };
    start();
    await agent!.line((text) => text.startsWith('Linked'));
    const [project] = await api.call('GET', `/orgs/${orgId}/liveMigrations/availableProjects`);
    const base = `/groups/${groupId}/liveMigrations`;
    const { _id } = await api.call('POST', base, {
      source: { groupId: project.projectId, clusterName: 'shop', managedAuthentication: true, ssl: false },
      destination: { groupId, clusterName: cluster, hostnameSchemaType: 'PUBLIC' },
      migrationHosts: ['mover'],
      dropDestinationData: true,
    });
    const look = (wanted: (it: { status: string; readyForCutover: boolean }) => boolean) =>
      until(
        async () => {
          const it = await patiently(() => api.own('GET', `${base}/${_id}`));
          if (['FAILED', 'EXPIRED'].includes(it.status)) throw new Error(`the migration failed: ${it.errorMessage}`);
          return it;
        },
        wanted,
        240_000,
      );
    return {
      get pid() {
        return agent!.process.pid!;
      },
      async kill() {
        await kill9(agent!);
        start();
      },
      async finish(destinationUri) {
        await look((it) => it.readyForCutover);
        await writer.stop();
        await patiently(() => api.call('PUT', `${base}/${_id}/cutover`));
        await look((it) => it.status === 'COMPLETE');
        return writer.verify(destinationUri);
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
