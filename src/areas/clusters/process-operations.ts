import Type, { type TSchema } from 'typebox';
import { transact } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Fail } from '../../kernel/failure.ts';
import { operation } from '../../kernel/operation.ts';
import { sometimes } from '../../kernel/wire.ts';
import { applyChange } from './change.ts';
import { changeable, type WrongChange } from './lifecycle.ts';
import { isTenant } from './model.ts';
import { advancedConfigurationOf, type ProcessArgs } from './process-args.ts';
import { type ClusterRoom, findCluster, NOT_FOUND, refuse } from './room.ts';
import { wrongChange } from './rules.ts';
import { tlsArgs } from './wire.ts';

/** Null is what is read of an attribute nobody has set, and takes back one that somebody had. */
const orNull = <T extends TSchema>(it: T) => Type.Optional(Type.Union([it, Type.Null()]));
const integer = (minimum: number, maximum = 2_147_483_647) => Type.Integer({ minimum, maximum });

const args = {
  ...tlsArgs,
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: orNull(integer(-1)),
  chunkMigrationConcurrency: orNull(integer(0)),
  defaultMaxTimeMS: orNull(integer(0)),
  defaultWriteConcern: orNull(Type.String({ minLength: 1, maxLength: 32 })),
  javascriptEnabled: orNull(Type.Boolean()),
  noTableScan: orNull(Type.Boolean()),
  oplogMinRetentionHours: orNull(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  oplogSizeMB: orNull(integer(1, 1_000_000)),
  queryStatsLogVerbosity: orNull(integer(0, 5)),
  sampleRefreshIntervalBIConnector: orNull(integer(0)),
  sampleSizeBIConnector: orNull(integer(0)),
  transactionLifetimeLimitSeconds: orNull(integer(1)),
};
const closed = { additionalProperties: false };
export const Args = Type.Object(args, closed);
const Args20230101 = Type.Object(
  {
    ...args,
    defaultReadConcern: orNull(Type.Enum(['local', 'available'])),
    failIndexKeyTooLong: orNull(Type.Boolean()),
  },
  closed,
);

/** The same as may be wanted, though what was made elsewhere may lie outside of what is offered. */
const shownArgs = {
  ...tlsArgs,
  ...sometimes(orNull(Type.Boolean()), 'javascriptEnabled', 'noTableScan'),
  ...sometimes(
    orNull(Type.Number()),
    ...['changeStreamOptionsPreAndPostImagesExpireAfterSeconds', 'chunkMigrationConcurrency', 'defaultMaxTimeMS'],
    ...['oplogMinRetentionHours', 'oplogSizeMB', 'queryStatsLogVerbosity', 'sampleRefreshIntervalBIConnector'],
    ...['sampleSizeBIConnector', 'transactionLifetimeLimitSeconds'],
  ),
  defaultWriteConcern: orNull(Type.String()),
};
const ArgsReply = Type.Object(shownArgs);
const ArgsReply20230101 = Type.Object({
  ...shownArgs,
  defaultReadConcern: orNull(Type.String()),
  failIndexKeyTooLong: orNull(Type.Boolean()),
});

function writeArgs(wanted: ProcessArgs) {
  const orNothing = <K extends keyof ProcessArgs>(name: K) => wanted[name] ?? null;
  return {
    ...advancedConfigurationOf(wanted),
    changeStreamOptionsPreAndPostImagesExpireAfterSeconds: orNothing(
      'changeStreamOptionsPreAndPostImagesExpireAfterSeconds',
    ),
    chunkMigrationConcurrency: orNothing('chunkMigrationConcurrency'),
    defaultMaxTimeMS: orNothing('defaultMaxTimeMS'),
    defaultWriteConcern: orNothing('defaultWriteConcern'),
    javascriptEnabled: wanted.javascriptEnabled ?? true,
    noTableScan: wanted.noTableScan ?? false,
    oplogMinRetentionHours: orNothing('oplogMinRetentionHours'),
    oplogSizeMB: orNothing('oplogSizeMB'),
    queryStatsLogVerbosity: orNothing('queryStatsLogVerbosity'),
    sampleRefreshIntervalBIConnector: orNothing('sampleRefreshIntervalBIConnector'),
    sampleSizeBIConnector: orNothing('sampleSizeBIConnector'),
    transactionLifetimeLimitSeconds: orNothing('transactionLifetimeLimitSeconds'),
  };
}

const writeArgs20230101 = (wanted: ProcessArgs) => ({
  ...writeArgs(wanted),
  defaultReadConcern: wanted.defaultReadConcern ?? null,
  failIndexKeyTooLong: wanted.failIndexKeyTooLong ?? null,
});

const shown20230101 = {
  ...{ reply: ArgsReply20230101, status: 200, write: writeArgs20230101 },
  deprecated: { by: '2024-08-05', sunset: '2027-07-01' } as const,
};
const shown = { reply: ArgsReply, status: 200, write: writeArgs };

export const getGroupClusterProcessArgs = operation<ClusterRoom, unknown, ProcessArgs, (typeof NOT_FOUND)[number]>({
  id: 'getGroupClusterProcessArgs',
  route: 'GET /groups/{groupId}/clusters/{clusterName}/processArgs',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_READ_ONLY'],
  fails: NOT_FOUND,
  versions: { '2023-01-01': shown20230101, '2024-08-05': shown },
  run: async ({ group, path, fail }, room) =>
    (await findCluster(room, group, path.clusterName!, fail)).spec.processArgs,
});

const read = (wire: ProcessArgs): ProcessArgs => wire;

export const updateGroupClusterProcessArgs = operation<
  ClusterRoom,
  ProcessArgs,
  ProcessArgs,
  WrongChange | 'TENANT_CLUSTER_PROCESS_ARGS_NOT_SUPPORTED'
>({
  id: 'updateGroupClusterProcessArgs',
  route: 'PATCH /groups/{groupId}/clusters/{clusterName}/processArgs',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_MANAGER'],
  fails: [
    ...NOT_FOUND,
    'TENANT_CLUSTER_PROCESS_ARGS_NOT_SUPPORTED',
    'VALIDATION_ERROR',
    'CLUSTER_ALREADY_REQUESTED_DELETION',
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
    'CANNOT_UPDATE_PAUSED_CLUSTER',
  ],
  versions: {
    '2023-01-01': { ...shown20230101, body: Args20230101, read },
    '2024-08-05': { ...shown, body: Args, read },
  },
  run: ({ group, path, wanted, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const name = path.clusterName!;
      const cluster = await changeable(room, group, name, fail, tx);
      if (isTenant(cluster)) throw fail('TENANT_CLUSTER_PROCESS_ARGS_NOT_SUPPORTED');
      const spec = applyChange(cluster.spec, { processArgs: wanted });
      refuse(fail as Fail<ErrorCode>, wrongChange(cluster, spec, room));
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      return (await room.clusters.change(cluster, spec, tx)).spec.processArgs;
    }),
});

/** As long as Atlas holds a version for. */
const PIN_DAYS = 28;
const DAY_MS = 86_400_000;

const FCV_FAILS = [
  ...NOT_FOUND,
  'VALIDATION_ERROR',
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
  'CANNOT_UPDATE_PAUSED_CLUSTER',
  'TENANT_CLUSTER_UPDATE_UNSUPPORTED',
] as const;

export const pinGroupClusterFeatureCompatibilityVersion = operation<
  ClusterRoom,
  { expirationDate?: string },
  void,
  WrongChange
>({
  id: 'pinGroupClusterFeatureCompatibilityVersion',
  route: 'POST /groups/{groupId}/clusters/{clusterName}:pinFeatureCompatibilityVersion',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: FCV_FAILS,
  versions: {
    '2024-05-30': {
      body: Type.Object(
        {
          expirationDate: Type.Optional(Type.String({ format: 'date-time' })),
          links: Type.Optional(Type.Unknown()),
        },
        closed,
      ),
      bodyOptional: true,
      read: (wire) => wire,
      status: 204,
    },
  },
  run: ({ group, path, wanted, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const name = path.clusterName!;
      const cluster = await changeable(room, group, name, fail, tx);
      const version = cluster.status.featureCompatibilityVersion;
      if (!version) throw fail('VALIDATION_ERROR', `cluster ${name} is still being created`);
      const now = room.clock.now();
      const last = new Date(now.getTime() + PIN_DAYS * DAY_MS);
      const until = wanted.expirationDate ? new Date(wanted.expirationDate) : last;
      if (until <= now || until > last)
        throw fail('VALIDATION_ERROR', `expirationDate must lie within the next ${PIN_DAYS} days`);
      const spec = { ...cluster.spec, pinned: { version, until } };
      refuse(fail as Fail<ErrorCode>, wrongChange(cluster, spec, room));
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      await room.clusters.change(cluster, spec, tx);
    }),
});

export const unpinGroupClusterFeatureCompatibilityVersion = operation<ClusterRoom, unknown, void, WrongChange>({
  id: 'unpinGroupClusterFeatureCompatibilityVersion',
  route: 'POST /groups/{groupId}/clusters/{clusterName}:unpinFeatureCompatibilityVersion',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: FCV_FAILS,
  versions: { '2024-05-30': { status: 204 } },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const name = path.clusterName!;
      const cluster = await changeable(room, group, name, fail, tx);
      const { pinned, ...spec } = cluster.spec;
      if (!pinned) throw fail('VALIDATION_ERROR', `the feature compatibility version of ${name} is not pinned`);
      refuse(fail as Fail<ErrorCode>, wrongChange(cluster, spec, room));
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      await room.clusters.change(cluster, spec, tx);
    }),
});

export const restartGroupClusterPrimaries = operation<
  ClusterRoom,
  unknown,
  object,
  WrongChange | 'TENANT_CLUSTER_TEST_FAILOVER_NOT_SUPPORTED' | 'CLUSTER_RESTART_IN_PROGRESS' | 'CLUSTER_RESTART_INVALID'
>({
  id: 'restartGroupClusterPrimaries',
  route: 'POST /groups/{groupId}/clusters/{clusterName}/restartPrimaries',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_MANAGER'],
  fails: [
    ...NOT_FOUND,
    'CLUSTER_ALREADY_REQUESTED_DELETION',
    'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT',
    'TENANT_CLUSTER_TEST_FAILOVER_NOT_SUPPORTED',
    'CANNOT_UPDATE_PAUSED_CLUSTER',
    'VALIDATION_ERROR',
    'CLUSTER_RESTART_IN_PROGRESS',
    'CLUSTER_RESTART_INVALID',
  ],
  versions: {
    '2023-01-01': {
      ...{ reply: Type.Object({}), status: 200 },
      deprecated: { by: '2023-02-01', sunset: '2027-07-01' },
    },
    '2023-02-01': { reply: Type.Object({}), status: 200 },
  },
  run: ({ group, path, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const name = path.clusterName!;
      const cluster = await changeable(room, group, name, fail, tx);
      if (isTenant(cluster)) throw fail('TENANT_CLUSTER_TEST_FAILOVER_NOT_SUPPORTED');
      const after = { ...cluster.spec, failovers: cluster.spec.failovers + 1 };
      refuse(fail as Fail<ErrorCode>, wrongChange(cluster, after, room));
      if (cluster.spec.paused) throw fail('CANNOT_UPDATE_PAUSED_CLUSTER', name);
      if (cluster.spec.failovers > cluster.status.failovers) throw fail('CLUSTER_RESTART_IN_PROGRESS');
      if (cluster.status.state !== 'IDLE') throw fail('CLUSTER_RESTART_INVALID');
      await note({ type: 'CLUSTER_UPDATE_SUBMITTED', clusterName: name }, tx);
      await room.clusters.change(cluster, after, tx);
      return {};
    }),
});

export const processOperations = [
  getGroupClusterProcessArgs,
  updateGroupClusterProcessArgs,
  pinGroupClusterFeatureCompatibilityVersion,
  unpinGroupClusterFeatureCompatibilityVersion,
  restartGroupClusterPrimaries,
];
