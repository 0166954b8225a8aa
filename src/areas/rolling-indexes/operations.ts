import Type from 'typebox';
import { newId } from '../../base/ids.ts';
import { type State, transact } from '../../base/state.ts';
import { isCollectionName, isDatabaseName } from '../../contract/database-roles.ts';
import { operation } from '../../kernel/operation.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import type { MigrationQuestions } from '../live-migrations/questions.ts';
import type { IndexStore, WantedIndex } from './store.ts';

export interface IndexRoom {
  state: State;
  indexes: IndexStore;
  clusters: Pick<ClusterQuestions, 'find' | 'hold'>;
  imports: MigrationQuestions;
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 255 });
const opt = Type.Optional;
const anything = opt(Type.Unknown());

const IndexWire = Type.Object(
  {
    db: name,
    collection: name,
    keys: Type.Array(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])), { minItems: 1 }),
    options: opt(
      Type.Object(
        {
          '2dsphereIndexVersion': opt(Type.Integer()),
          background: anything,
          bits: opt(Type.Integer()),
          bucketSize: anything,
          columnstoreProjection: anything,
          default_language: opt(Type.String()),
          expireAfterSeconds: opt(Type.Integer({ minimum: 0 })),
          hidden: opt(Type.Boolean()),
          language_override: opt(Type.String()),
          max: opt(Type.Integer()),
          min: opt(Type.Integer()),
          name: opt(name),
          partialFilterExpression: opt(Type.Object({})),
          sparse: opt(Type.Boolean()),
          storageEngine: anything,
          textIndexVersion: opt(Type.Integer()),
          weights: opt(Type.Object({})),
        },
        closed,
      ),
    ),
    collation: opt(Type.Object({ locale: Type.String() })),
  },
  closed,
);

interface Wire {
  db: string;
  collection: string;
  keys: Record<string, number | string>[];
  options?: Record<string, unknown>;
  collation?: object;
}

/** Clients send `"1"` where they mean 1; kinds such as `2dsphere` stay words. */
const kindOf = (value: number | string): number | string =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;

/** Attributes that mongod no longer knows, or that this server has no engine for. */
const ignored = new Set(['background', 'bucketSize', 'columnstoreProjection', 'storageEngine']);

const read = ({ db, collection, keys, options = {}, collation }: Wire) => ({
  database: db,
  collection,
  keys: keys.flatMap((it) =>
    Object.entries(it).map(([field, kind]): [string, number | string] => [field, kindOf(kind)]),
  ),
  options: {
    ...Object.fromEntries(Object.entries(options).filter(([key]) => !ignored.has(key))),
    ...(collation ? { collation } : {}),
  },
});

/** The databases in which mongod keeps what it needs itself: users, sessions, the oplog. */
const mongods = new Set(['admin', 'config', 'local']);

/** Why no index can be built there, naming the attribute; undefined when one can. */
function wrongPlace({ database, collection }: Pick<WantedIndex, 'database' | 'collection'>): string | undefined {
  if (mongods.has(database)) return `db ${database} is mongod's own, and indexes of it are not for its users to make`;
  if (!isDatabaseName(database)) return `db ${database} is no name that a database can have`;
  if (!isCollectionName(collection)) return `collection ${collection} is no name that a collection can have`;
  return undefined;
}

export const createGroupClusterIndexRollingIndex = operation<
  IndexRoom,
  Pick<WantedIndex, 'database' | 'collection' | 'keys' | 'options'>,
  object,
  | 'VALIDATION_ERROR'
  | 'CLUSTER_NOT_FOUND'
  | 'CANNOT_UPDATE_PAUSED_CLUSTER'
  | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
>({
  id: 'createGroupClusterIndexRollingIndex',
  route: 'POST /groups/{groupId}/clusters/{clusterName}/index',
  inside: 'group',
  roles: ['GROUP_DATA_ACCESS_ADMIN', 'GROUP_INDEX_MANAGER'],
  fails: [
    'VALIDATION_ERROR',
    'CLUSTER_NOT_FOUND',
    'CANNOT_UPDATE_PAUSED_CLUSTER',
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  ],
  versions: { '2023-01-01': { body: IndexWire, read, reply: Type.Object({}), write: () => ({}), status: 202 } },
  run: ({ group, path, wanted, fail }, { state, indexes, clusters, imports }) =>
    transact(state, async (tx) => {
      const why = wrongPlace(wanted);
      if (why) throw fail('VALIDATION_ERROR', why);
      const clusterName = path.clusterName!;
      const cluster = await clusters.find(group.id, clusterName, tx);
      if (!cluster) throw fail('CLUSTER_NOT_FOUND', clusterName, group.id);
      if (cluster.spec.paused) throw fail('CANNOT_UPDATE_PAUSED_CLUSTER', clusterName);
      await clusters.hold(cluster._id, tx);
      if (await imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      await indexes.insert(
        { _id: newId(), groupId: group.id, orgId: group.orgId, clusterId: cluster._id, clusterName, ...wanted },
        tx,
      );
      return {};
    }),
});

export const indexOperations = [createGroupClusterIndexRollingIndex];
