import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { wireInstant } from '../../base/clock.ts';
import { fail as failure } from '../../kernel/failure.ts';
import { type Links, operation, type Page } from '../../kernel/operation.ts';
import { links as linksReply, sometimes } from '../../kernel/wire.ts';
import type { Clients } from '../../mongod/index.ts';
import { lookAt, type MonitoredClusters, type Process, processesIn, type SeenProcess } from './processes.ts';

export interface ProcessRoom {
  clusters: MonitoredClusters;
  clients: Clients;
  clock: Clock;
}

/** The one process of that id; throws when the project has none. */
export async function findProcess(
  { clusters }: Pick<ProcessRoom, 'clusters'>,
  groupId: string,
  id: string,
): Promise<Process> {
  const found = (await processesIn(clusters, groupId)).find((it) => it.id === id);
  if (!found) throw failure('HOSTNAME_AND_PORT_NOT_FOUND', id, groupId);
  return found;
}

const ProcessReply = Type.Object({
  id: Type.String(),
  hostname: Type.String(),
  port: Type.Integer(),
  groupId: Type.String(),
  created: Type.String(),
  ...sometimes(Type.String(), 'lastPing', 'replicaSetName', 'typeName', 'userAlias', 'version'),
  links: linksReply,
});

export const processPath = ({ cluster, id }: Process): string => `/groups/${cluster.groupId}/processes/${id}`;

const writeProcess = (it: SeenProcess, links: Links) => ({
  id: it.id,
  hostname: it.host,
  port: it.port,
  groupId: it.cluster.groupId,
  created: wireInstant(it.cluster.created),
  lastPing: it.lastPing && wireInstant(it.lastPing),
  replicaSetName: it.replSet,
  typeName: it.typeName,
  userAlias: it.name,
  version: it.cluster.status.mongoDBVersion,
  links: [
    links.self(processPath(it)),
    ...(links.inList
      ? []
      : [
          links.rel(`/groups/${it.cluster.groupId}`, 'group'),
          links.rel(`${processPath(it)}/measurements?granularity=PT5M&period=PT24H`, 'measurements'),
        ]),
  ],
});

const shown = { reply: ProcessReply, status: 200, write: writeProcess };

export const listProcesses = operation<ProcessRoom, unknown, Page<SeenProcess>>({
  id: 'listGroupProcesses',
  route: 'GET /groups/{groupId}/processes',
  inside: 'group',
  bucket: 'user',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  async run({ group, paging: { skip, itemsPerPage } }, { clusters, clients, clock }) {
    const all = await processesIn(clusters, group.id);
    const asked = all.slice(skip, skip + itemsPerPage).map((it) => lookAt(clients, it, clock.now(), true));
    return { items: await Promise.all(asked), total: all.length };
  },
});

export const getProcess = operation<ProcessRoom, unknown, SeenProcess, 'HOSTNAME_AND_PORT_NOT_FOUND'>({
  id: 'getGroupProcess',
  route: 'GET /groups/{groupId}/processes/{processId}',
  inside: 'group',
  bucket: 'user',
  roles: ['GROUP_READ_ONLY'],
  fails: ['HOSTNAME_AND_PORT_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  run: async ({ group, path }, room) =>
    lookAt(room.clients, await findProcess(room, group.id, path.processId!), room.clock.now(), false),
});

export const processOperations = [listProcesses, getProcess];
