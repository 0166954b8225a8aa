import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { type Tx, transact } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import { unfit, whileFree } from './destination.ts';
import type { EndingDeps } from './ending.ts';
import { placeOf, refusalOf } from './lifecycle.ts';
import { type Job, type JobSpec, lagOf, unreachable, unsupported } from './model.ts';
import {
  MigrationReply,
  Request20230101,
  Request20240530,
  readRequest,
  type SeenMigration,
  ValidationReply,
  writeMigration,
  writeValidation,
} from './wire.ts';

export interface JobRoom extends EndingDeps {
  vault: Vault;
  clusters: Pick<ClusterQuestions, 'find' | 'hold'>;
  clock: Clock;
}

type Refusal = 'GROUP_MISMATCH' | 'CLUSTER_NOT_FOUND' | 'VALIDATION_ERROR';
const refusals: Refusal[] = ['GROUP_MISMATCH', 'CLUSTER_NOT_FOUND', 'VALIDATION_ERROR'];

/** Holds a request against what is there, and makes the job of it in one transaction with everything it relies on. */
async function schedule(
  kind: Job['kind'],
  { group, wanted, note, fail }: Call<JobSpec, Refusal>,
  { state, vault, migrations, clusters, clock }: JobRoom,
): Promise<Job> {
  const { source, destination } = wanted;
  if (destination.groupId !== group.id) throw fail('GROUP_MISMATCH', destination.groupId);
  const wrong = unsupported(wanted);
  if (wrong) throw fail('VALIDATION_ERROR', wrong);
  const cluster = await clusters.find(group.id, destination.clusterName);
  if (!cluster) throw fail('CLUSTER_NOT_FOUND', destination.clusterName, group.id);
  const why = unfit(cluster);
  if (why) throw fail('VALIDATION_ERROR', `destination.clusterName ${cluster.name} ${why}`);
  const _id = newId();
  const { username, password } = source;
  return whileFree(state, fail, async (tx) => {
    const link = await migrations.linkOfProject(group.orgId, source.groupId, tx);
    const missing = unreachable(wanted, link, clock.now());
    if (missing) throw fail('VALIDATION_ERROR', missing);
    await clusters.hold(cluster._id, tx);
    const job: Job = {
      _id,
      kind,
      orgId: group.orgId,
      groupId: group.id,
      linkId: link!._id,
      clusterId: cluster._id,
      clusterName: cluster.name,
      sourceGroupId: source.groupId,
      deployment: source.clusterName,
      host: wanted.migrationHost,
      drop: wanted.drop,
      ssl: source.ssl,
      caCertificatePath: source.caCertificatePath,
      managedAuthentication: source.managedAuthentication,
      ...(username ? { sealedLogin: vault.seal(JSON.stringify({ username, password }), _id) } : {}),
      created: clock.now(),
      revision: 1,
      status: 'NEW',
      ...(kind === 'migrate' ? { active: true as const } : {}),
    };
    await migrations.insertJob(job, tx);
    if (kind === 'migrate') await note({ type: 'CLUSTER_IMPORT_STARTED', clusterName: cluster.name }, tx);
    return job;
  });
}

const deprecated = { by: '2024-05-30', sunset: '2027-07-01' } as const;

const asked = <Reply extends object>(reply: Reply) => ({
  '2023-01-01': { ...reply, body: Request20230101, read: readRequest, deprecated },
  '2024-05-30': { ...reply, body: Request20240530, read: readRequest },
});

const validation = { reply: ValidationReply, status: 200, write: writeValidation };
const migration = { reply: MigrationReply, status: 200, write: writeMigration };

export const validateLiveMigration = operation<JobRoom, JobSpec, Job, Refusal>({
  id: 'validateGroupLiveMigrations',
  route: 'POST /groups/{groupId}/liveMigrations/validate',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: refusals,
  versions: asked(validation),
  run: (call, room) => schedule('validate', call, room),
});

export const getValidation = operation<JobRoom, unknown, Job, 'RESOURCE_NOT_FOUND'>({
  id: 'getGroupLiveMigrationValidateStatus',
  route: 'GET /groups/{groupId}/liveMigrations/validate/{validationId}',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': validation },
  async run({ group, path, fail }, { migrations }) {
    const job = await migrations.jobIn(group.id, path.validationId!, 'validate');
    if (!job) throw fail('RESOURCE_NOT_FOUND', `Live migration validation with id ${path.validationId}`);
    return job;
  },
});

export const createLiveMigration = operation<JobRoom, JobSpec, SeenMigration, Refusal>({
  id: 'createGroupLiveMigration',
  route: 'POST /groups/{groupId}/liveMigrations',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: refusals,
  versions: asked({ ...migration, status: 201 }),
  run: async (call, room) => ({ job: await schedule('migrate', call, room), ready: false }),
});

/** The migration that the path names. Read inside a transaction, it stays as it was read until that is over. */
export async function find<Code extends ErrorCode>(
  { group, path, fail }: Call<unknown, Code | 'RESOURCE_NOT_FOUND'>,
  { migrations }: Pick<JobRoom, 'migrations'>,
  tx?: Tx,
): Promise<Job> {
  const job = await migrations.jobIn(group.id, path.liveMigrationId!, 'migrate', tx);
  if (!job) throw fail('RESOURCE_NOT_FOUND', `Live migration with id ${path.liveMigrationId}`);
  return job;
}

export const getLiveMigration = operation<JobRoom, unknown, SeenMigration, 'RESOURCE_NOT_FOUND'>({
  id: 'getGroupLiveMigration',
  route: 'GET /groups/{groupId}/liveMigrations/{liveMigrationId}',
  inside: 'group',
  roles: ['ORG_MEMBER'],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': migration },
  async run(call, room) {
    const job = await find(call, room);
    const now = room.clock.now();
    return { job, ready: placeOf(job, now) === 'ready', lag: lagOf(job, now) };
  },
});

export const cutoverLiveMigration = operation<JobRoom, unknown, void, 'RESOURCE_NOT_FOUND' | 'VALIDATION_ERROR'>({
  id: 'cutoverGroupLiveMigration',
  route: 'PUT /groups/{groupId}/liveMigrations/{liveMigrationId}/cutover',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: ['RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: { '2023-01-01': { status: 202 } },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const job = await find(call, room, tx);
      const now = room.clock.now();
      const why = refusalOf('cutover', job, now);
      if (why) throw call.fail('VALIDATION_ERROR', why);
      await room.migrations.change(job._id, { cutoverAt: now }, { wake: true, tx });
      await call.note({ type: 'CLUSTER_IMPORT_CUTOVER', clusterName: job.clusterName }, tx);
    }),
});

export const jobOperations = [
  validateLiveMigration,
  getValidation,
  createLiveMigration,
  getLiveMigration,
  cutoverLiveMigration,
];
