import Type from 'typebox';
import type { EventType } from '../../contract/event-types.ts';
import type { RateBucket } from '../../contract/rate-limits.ts';
import type { Role } from '../../contract/roles.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { SwitchName, SwitchStore } from './store.ts';

export interface NetworkRoom {
  projects: Pick<ProjectQuestions, 'within'>;
  switches: SwitchStore;
  clusters: { listIn(groupId: string): Promise<{ name: string }[]> };
}

/**
 * Peerings, containers and private endpoints join a cloud's networks. Here clusters listen on the host itself: there are
 * none of them, and none can be made.
 */
const none: Page<never> = { items: [], total: 0 };
const Nothing = Type.Object({ id: Type.String() });
const peering = { bucket: 'group' as RateBucket };
const endpoints = { bucket: 'privateEndpoints' as RateBucket };

const emptyPage = (id: string, path: string, query: Record<string, ReturnType<typeof Type.String>> = {}) =>
  operation<NetworkRoom, unknown, Page<never>>({
    ...{ id, query, ...peering },
    route: `GET /groups/{groupId}/${path}`,
    inside: 'group',
    roles: ['GROUP_READ_ONLY'],
    fails: [],
    list: 'page',
    versions: { '2023-01-01': { reply: Nothing, status: 200 } },
    run: async () => none,
  });

/** Says that only a cloud can do it, whatever was asked for. */
const refused = (id: string, path: string, roles: readonly Role[], bucket: RateBucket) =>
  operation<NetworkRoom, unknown, void, 'UNSUPPORTED_FOR_CURRENT_CONFIG'>({
    ...{ id, roles, bucket },
    route: `POST /groups/{groupId}/${path}`,
    inside: 'group',
    fails: ['UNSUPPORTED_FOR_CURRENT_CONFIG'],
    versions: { '2023-01-01': { body: Type.Object({}), reply: Nothing, status: 201 } },
    async run({ fail }) {
      throw fail('UNSUPPORTED_FOR_CURRENT_CONFIG');
    },
  });

const listEndpointServices = operation<NetworkRoom, unknown, never[]>({
  id: 'listGroupPrivateEndpointEndpointService',
  ...endpoints,
  route: 'GET /groups/{groupId}/privateEndpoint/{cloudProvider}/endpointService',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: Nothing, status: 200 } },
  run: async () => [],
});

const Switch = Type.Object({ enabled: Type.Boolean() });

const SwitchWire = Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false });

/** A preference, read and written. */
const preference = (name: SwitchName, ids: { get: string; set: string }, path: string, bucket: RateBucket) => [
  operation<NetworkRoom, unknown, { enabled: boolean }>({
    ...{ id: ids.get, bucket },
    route: `GET /groups/{groupId}/${path}`,
    inside: 'group',
    roles: ['GROUP_READ_ONLY'],
    fails: [],
    versions: { '2023-01-01': { reply: Switch, status: 200 } },
    run: async ({ group }, { switches }) => ({ enabled: await switches.get(group.id, name) }),
  }),
  operation<NetworkRoom, { enabled: boolean }, { enabled: boolean }, 'GROUP_NOT_FOUND'>({
    ...{ id: ids.set, bucket },
    route: `PATCH /groups/{groupId}/${path}`,
    inside: 'group',
    roles: ['GROUP_OWNER'],
    fails: ['GROUP_NOT_FOUND'],
    versions: { '2023-01-01': { body: SwitchWire, reply: Switch, status: 202 } },
    run: ({ group, wanted: { enabled }, note }, { projects, switches }) =>
      projects.within(group.id, async (tx) => {
        await switches.set(group.id, name, enabled, tx);
        await note({ type: EVENTS[name][enabled ? 0 : 1] }, tx);
        return { enabled };
      }),
  }),
];

const EVENTS: Record<SwitchName, readonly [on: EventType, off: EventType]> = {
  awsCustomDns: ['USER_SECURITY_SETTINGS_UPDATED', 'USER_SECURITY_SETTINGS_UPDATED'],
  regionalMode: ['REGIONALIZED_PRIVATE_ENDPOINT_MODE_ENABLED', 'REGIONALIZED_PRIVATE_ENDPOINT_MODE_DISABLED'],
};

interface Addresses {
  groupId: string;
  clusters: { name: string }[];
}

/** The addresses from and at which a project's clusters speak with other hosts: on loopback there are none. */
const getGroupIpAddresses = operation<NetworkRoom, unknown, Addresses>({
  id: 'getGroupIpAddresses',
  route: 'GET /groups/{groupId}/ipAddresses',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        groupId: Type.String(),
        services: Type.Object({
          clusters: Type.Array(
            Type.Object({
              clusterName: Type.String(),
              inbound: Type.Array(Type.String()),
              outbound: Type.Array(Type.String()),
            }),
          ),
        }),
      }),
      status: 200,
      write: ({ groupId, clusters }) => ({
        groupId,
        services: { clusters: clusters.map(({ name }) => ({ clusterName: name, inbound: [], outbound: [] })) },
      }),
    },
  },
  run: async ({ group }, { clusters }) => ({ groupId: group.id, clusters: await clusters.listIn(group.id) }),
});

export const networkOperations = [
  getGroupIpAddresses,
  emptyPage('listGroupContainers', 'containers', { providerName: Type.String() }),
  emptyPage('listGroupContainerAll', 'containers/all'),
  refused('createGroupContainer', 'containers', ['GROUP_OWNER'], 'group'),
  emptyPage('listGroupPeers', 'peers', { providerName: Type.String() }),
  refused('createGroupPeer', 'peers', ['GROUP_NETWORK_ACCESS_MANAGER'], 'group'),
  listEndpointServices,
  refused(
    'createGroupPrivateEndpointEndpointService',
    'privateEndpoint/endpointService',
    ['GROUP_OWNER'],
    'privateEndpoints',
  ),
  ...preference(
    'regionalMode',
    { get: 'getGroupPrivateEndpointRegionalMode', set: 'toggleGroupPrivateEndpointRegionalMode' },
    'privateEndpoint/regionalMode',
    'privateEndpoints',
  ),
  ...preference(
    'awsCustomDns',
    { get: 'getGroupAwsCustomDns', set: 'toggleGroupAwsCustomDns' },
    'awsCustomDNS',
    'group',
  ),
];
