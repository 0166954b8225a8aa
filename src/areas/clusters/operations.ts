import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import {
  changeable,
  changedSpec,
  makeCluster,
  REFUSED_DELETION,
  retire,
  WRONG_CHANGE,
  WRONG_NEW,
  type WrongChange,
} from './lifecycle.ts';
import { type ClusterRoom, findCluster, NOT_FOUND, one, seen } from './room.ts';
import { CreateCluster, readCluster, UpdateCluster, type WantedCluster } from './wire.ts';
import {
  ClusterReply20230101,
  CreateCluster20230101,
  readChange20230101,
  readCluster20230101,
  UpdateCluster20230101,
  writeCluster20230101,
} from './wire-2023-01-01.ts';
import {
  CreateCluster20230201,
  readCluster20230201,
  UpdateCluster20230201,
  writeCluster20230201,
} from './wire-2023-02-01.ts';
import { ClusterReply, ClusterReply20230201, type SeenCluster, writeCluster } from './wire-reply.ts';

const UPDATERS = ['GROUP_CLUSTER_MANAGER', 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'] as const;
const SUNSET = '2027-07-01';
const shown20230101 = {
  ...{ reply: ClusterReply20230101, status: 200, write: writeCluster20230101 },
  deprecated: { by: '2023-02-01', sunset: SUNSET } as const,
};
const shown20230201 = {
  ...{ reply: ClusterReply20230201, status: 200, write: writeCluster20230201 },
  deprecated: { by: '2024-08-05', sunset: SUNSET } as const,
};
const shown = { reply: ClusterReply, status: 200, write: writeCluster };
const changed20240805 = { ...shown, deprecated: { by: '2024-10-23', sunset: '2027-03-01' } as const };
const shownVersions = { '2023-01-01': shown20230101, '2023-02-01': shown20230201, '2024-08-05': shown };

export const listGroupClusters = operation<ClusterRoom, unknown, Page<SeenCluster>>({
  id: 'listGroupClusters',
  route: 'GET /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  query: { includeDeletedWithRetainedBackups: Type.Boolean() },
  list: 'page',
  versions: shownVersions,
  async run({ group, paging }, room) {
    const { items, total } = await room.clusters.list(group.id, 'CLUSTER', paging);
    return { items: await seen(room, items), total };
  },
});

export const getGroupCluster = operation<ClusterRoom, unknown, SeenCluster, (typeof NOT_FOUND)[number]>({
  id: 'getGroupCluster',
  route: 'GET /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: NOT_FOUND,
  versions: shownVersions,
  run: async ({ group, path, fail }, room) => one(room, await findCluster(room, group, path.clusterName!, fail)),
});

export const createGroupCluster = operation<ClusterRoom, WantedCluster, SeenCluster, (typeof WRONG_NEW)[number]>({
  id: 'createGroupCluster',
  route: 'POST /groups/{groupId}/clusters',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_CREATOR'],
  fails: WRONG_NEW,
  versions: {
    '2023-01-01': { ...shown20230101, body: CreateCluster20230101, read: readCluster20230101, status: 201 },
    '2023-02-01': { ...shown20230201, body: CreateCluster20230201, read: readCluster20230201, status: 201 },
    '2024-08-05': { ...changed20240805, body: CreateCluster, read: readCluster, status: 201 },
    '2024-10-23': { ...shown, body: CreateCluster, read: readCluster, status: 201 },
  },
  async run({ group, wanted, note, fail }, room) {
    const cluster = await makeCluster(room, { group, note, fail }, 'CLUSTER', wanted.name ?? '', wanted);
    return { ...(await one(room, cluster)), isNew: true };
  },
});

export const updateGroupCluster = operation<ClusterRoom, WantedCluster, SeenCluster, WrongChange>({
  id: 'updateGroupCluster',
  route: 'PATCH /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: UPDATERS,
  fails: WRONG_CHANGE,
  versions: {
    '2023-01-01': { ...shown20230101, body: UpdateCluster20230101, read: readChange20230101 },
    '2023-02-01': { ...shown20230201, body: UpdateCluster20230201, read: readCluster20230201 },
    '2024-08-05': { ...changed20240805, body: UpdateCluster, read: readCluster },
    '2024-10-23': { ...shown, body: UpdateCluster, read: readCluster },
  },
  async run({ group, path, wanted, note, fail }, room) {
    const name = path.clusterName!;
    const changed = await transact(room.state, async (tx) => {
      const cluster = await changeable(room, group, name, fail, tx);
      const spec = changedSpec(room, cluster, wanted, fail);
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      return room.clusters.change(cluster, spec, tx);
    });
    return one(room, changed);
  },
});

/** A deletion is answered with an empty object. */
const gone = { reply: Type.Object({}), write: () => ({}), status: 202 };

export const deleteGroupCluster = operation<
  ClusterRoom,
  unknown,
  object,
  (typeof NOT_FOUND | typeof REFUSED_DELETION)[number]
>({
  id: 'deleteGroupCluster',
  route: 'DELETE /groups/{groupId}/clusters/{clusterName}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: [...NOT_FOUND, ...REFUSED_DELETION],
  // There are no snapshots that could be retained.
  query: { retainBackups: Type.Boolean() },
  versions: {
    '2023-01-01': { ...gone, deprecated: { by: '2023-02-01', sunset: SUNSET } },
    '2023-02-01': gone,
  },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      await retire(room, await findCluster(room, group, path.clusterName!, fail, tx), { note, fail }, tx);
      return {};
    }),
});

export const clusterOperations = [
  listGroupClusters,
  getGroupCluster,
  createGroupCluster,
  updateGroupCluster,
  deleteGroupCluster,
];
