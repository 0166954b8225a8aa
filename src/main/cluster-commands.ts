import type { Command } from 'commander';
import { Unusable } from './data-directory.ts';
import { defaultData, withData } from './data-option.ts';
import { runningServer } from './running.ts';

/** `telamon cluster`: what the operator does with the clusters of all projects. */
export function addClusterCommands(program: Command, out: (text: string) => void): void {
  const cluster = program.command('cluster').description('the clusters of all projects');

  withData(cluster.command('list'))
    .description('show the clusters, their states, and what stands in their way')
    .action(async (flags: { data?: string }) => {
      const { operator } = runningServer(flags.data ?? defaultData());
      for (const { groupId, name, stateName, message } of await operator.call('GET', '/operator/clusters'))
        out([groupId, name, stateName, ...(message ? [message] : [])].join('  '));
    });

  withData(cluster.command('register <name>'))
    .description('make a replica set that already runs a cluster of a project; $TELAMON_CLUSTER_URI holds its URI')
    .requiredOption('--group <groupId>', 'the project')
    .option('--uri <uri>', 'its connection string, with a user who may manage users', process.env.TELAMON_CLUSTER_URI)
    .action(async (name: string, flags: { data?: string; group: string; uri?: string }) => {
      if (!flags.uri) throw new Unusable('Name the replica set with --uri or $TELAMON_CLUSTER_URI.');
      const { operator } = runningServer(flags.data ?? defaultData());
      const body = { name, uri: flags.uri };
      const path = `/operator/groups/${encodeURIComponent(flags.group)}/clusters`;
      const made = await operator.call('POST', path, { body });
      out(`Cluster ${made.name} (${made.id}) is ${made.stateName}; it is IDLE once the replica set has answered.`);
    });
}
