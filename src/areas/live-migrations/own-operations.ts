import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { operation } from '../../kernel/operation.ts';
import { endJob } from './ending.ts';
import type { JobRoom } from './job-operations.ts';
import { isReady, type Job, lagOf } from './model.ts';

/** What Atlas's answer has no place for: figures and the reason of a failure. */
export const getMigrationDetails = operation<JobRoom, unknown, { job: Job; now: Date }, 'RESOURCE_NOT_FOUND'>({
  id: 'getLiveMigrationDetails',
  surface: 'telamon',
  route: 'GET /groups/{groupId}/liveMigrations/{liveMigrationId}',
  inside: 'group',
  roles: ['ORG_OWNER', 'GROUP_READ_ONLY'],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      reply: Type.Object({ id: Type.String(), status: Type.String() }),
      status: 200,
      write: ({ job, now }) => ({
        id: job._id,
        status: job.status,
        clusterName: job.clusterName,
        created: wireInstant(job.created),
        readyForCutover: isReady(job, now),
        lagTimeSeconds: lagOf(job, now),
        cutoverAt: job.cutoverAt && wireInstant(job.cutoverAt),
        progress: job.progress,
        report: job.report,
        errorMessage: job.errorMessage,
      }),
    },
  },
  async run({ group, path, fail }, { migrations, clock }) {
    const job = await migrations.jobIn(group.id, path.liveMigrationId!, 'migrate');
    if (!job) throw fail('RESOURCE_NOT_FOUND', `Live migration with id ${path.liveMigrationId}`);
    return { job, now: clock.now() };
  },
});

/** Atlas cancels only in its console; here there is a call. What was copied stays on the destination. */
export const cancelMigration = operation<JobRoom, unknown, void, 'RESOURCE_NOT_FOUND' | 'VALIDATION_ERROR'>({
  id: 'cancelLiveMigration',
  surface: 'telamon',
  route: 'POST /groups/{groupId}/liveMigrations/{liveMigrationId}:cancel',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: ['RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: { '2023-01-01': { status: 202 } },
  async run({ group, path, caller, remoteAddress, fail }, room) {
    const job = await room.migrations.jobIn(group.id, path.liveMigrationId!, 'migrate');
    if (!job) throw fail('RESOURCE_NOT_FOUND', `Live migration with id ${path.liveMigrationId}`);
    const why = { errorMessage: 'The live migration was cancelled.' };
    if (!(await endJob(room, job, 'CANCELLED', why, { caller, remoteAddress })))
      throw fail('VALIDATION_ERROR', `live migration ${job._id} has ended`);
  },
});

export const ownMigrationOperations = [getMigrationDetails, cancelMigration];
