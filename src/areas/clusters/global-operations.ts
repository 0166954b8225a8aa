import Type from 'typebox';
import { type Call, operation } from '../../kernel/operation.ts';
import type { Cluster } from './model.ts';
import { type ClusterRoom, findCluster, NOT_FOUND } from './room.ts';

const closed = { additionalProperties: false };
const Namespace = Type.Object(
  {
    db: Type.String(),
    collection: Type.String(),
    customShardKey: Type.String(),
    isCustomShardKeyHashed: Type.Optional(Type.Boolean()),
    isShardKeyUnique: Type.Optional(Type.Boolean()),
    numInitialChunks: Type.Optional(Type.Integer({ maximum: 8_192 })),
    presplitHashedZones: Type.Optional(Type.Boolean()),
  },
  closed,
);
const Zones = Type.Object({
  customZoneMapping: Type.Object({}),
  managedNamespaces: Type.Array(Namespace),
  selfManagedSharding: Type.Boolean(),
});
const Mappings = Type.Object(
  { customZoneMappings: Type.Array(Type.Object({ location: Type.String(), zone: Type.String() }, closed)) },
  closed,
);

/** Zones are of global clusters, which are sharded; every cluster here is a replica set and has none. */
const shown = {
  reply: Zones,
  status: 200,
  write: () => ({ customZoneMapping: {}, managedNamespaces: [], selfManagedSharding: false }),
};
const deprecated = { by: '2024-08-05', sunset: '2027-07-01' } as const;
const dated = <B extends object>(body: B) => ({
  '2023-01-01': { ...shown, ...body, deprecated },
  '2023-02-01': { ...shown, ...body, deprecated },
  '2024-08-05': { ...shown, ...body },
});

const about = { inside: 'group', bucket: 'clusters' } as const;
const REFUSED = [...NOT_FOUND, 'VALIDATION_ERROR'] as const;

type NotFound = (typeof NOT_FOUND)[number];
type Refused = (typeof REFUSED)[number];

const find = ({ group, path, fail }: Call<unknown, NotFound>, room: ClusterRoom): Promise<Cluster> =>
  findCluster(room, group, path.clusterName!, fail);

async function refuse(call: Call<unknown, Refused>, room: ClusterRoom): Promise<never> {
  const { name } = await find(call, room);
  const why = `cluster ${name} is a replica set, and zones need a global cluster, which needs a mongos binary`;
  throw call.fail('VALIDATION_ERROR', why);
}

export const globalOperations = [
  operation<ClusterRoom, unknown, Cluster, NotFound>({
    ...{ ...about, id: 'getGroupClusterGlobalWrites', roles: ['GROUP_READ_ONLY'] },
    route: 'GET /groups/{groupId}/clusters/{clusterName}/globalWrites',
    fails: NOT_FOUND,
    versions: dated({}),
    run: find,
  }),
  operation<ClusterRoom, unknown, void, Refused>({
    ...{ ...about, id: 'createGroupClusterGlobalWriteManagedNamespace', roles: ['GROUP_DATA_ACCESS_ADMIN'] },
    route: 'POST /groups/{groupId}/clusters/{clusterName}/globalWrites/managedNamespaces',
    fails: REFUSED,
    versions: dated({ body: Namespace }),
    run: refuse,
  }),
  operation<ClusterRoom, unknown, void, Refused>({
    ...{ ...about, id: 'deleteGroupClusterGlobalWriteManagedNamespaces', roles: ['GROUP_DATA_ACCESS_ADMIN'] },
    route: 'DELETE /groups/{groupId}/clusters/{clusterName}/globalWrites/managedNamespaces',
    fails: REFUSED,
    query: { db: Type.String(), collection: Type.String() },
    versions: dated({}),
    run: refuse,
  }),
  operation<ClusterRoom, unknown, void, Refused>({
    ...{ ...about, id: 'createGroupClusterGlobalWriteCustomZoneMapping', roles: ['GROUP_OWNER'] },
    route: 'POST /groups/{groupId}/clusters/{clusterName}/globalWrites/customZoneMapping',
    fails: REFUSED,
    versions: dated({ body: Mappings }),
    run: refuse,
  }),
  // All there is is removed, since there is none.
  operation<ClusterRoom, unknown, Cluster, NotFound>({
    ...{ ...about, id: 'deleteGroupClusterGlobalWriteCustomZoneMapping', roles: ['GROUP_OWNER'] },
    route: 'DELETE /groups/{groupId}/clusters/{clusterName}/globalWrites/customZoneMapping',
    fails: NOT_FOUND,
    versions: dated({}),
    run: find,
  }),
];
