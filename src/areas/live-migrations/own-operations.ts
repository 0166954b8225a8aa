import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { endJob } from './ending.ts';
import { find, type JobRoom } from './job-operations.ts';
import { EXTENSION_MS, placeOf, refusalOf } from './lifecycle.ts';
import { type Job, lagOf } from './model.ts';

const details = {
  reply: Type.Object({ id: Type.String(), status: Type.String() }),
  status: 200,
  write: ({ job, now }: { job: Job; now: Date }) => ({
    id: job._id,
    status: job.status,
    clusterName: job.clusterName,
    created: wireInstant(job.created),
    readyForCutover: placeOf(job, now) === 'ready',
    lagTimeSeconds: lagOf(job, now),
    expiresAt: job.expiresAt && !job.cutoverAt ? wireInstant(job.expiresAt) : undefined,
    cutoverAt: job.cutoverAt && wireInstant(job.cutoverAt),
    progress: job.progress,
    report: job.report,
    errorMessage: job.errorMessage,
  }),
};

/** What Atlas's answer has no place for: figures, the timer and the reason of a failure. */
export const getMigrationDetails = operation<JobRoom, unknown, { job: Job; now: Date }, 'RESOURCE_NOT_FOUND'>({
  id: 'getLiveMigrationDetails',
  surface: 'telamon',
  route: 'GET /groups/{groupId}/liveMigrations/{liveMigrationId}',
  inside: 'group',
  roles: ['ORG_OWNER', 'GROUP_READ_ONLY'],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': details },
  run: async (call, room) => ({ job: await find(call, room), now: room.clock.now() }),
});

/** Atlas gives a migration more time only in its console; here there is a call. */
export const extendMigration = operation<
  JobRoom,
  unknown,
  { job: Job; now: Date },
  'RESOURCE_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'extendLiveMigration',
  surface: 'telamon',
  route: 'POST /groups/{groupId}/liveMigrations/{liveMigrationId}:extend',
  inside: 'group',
  roles: ['ORG_OWNER'],
  fails: ['RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: { '2023-01-01': details },
  run: (call, room) =>
    transact(room.state, async (tx) => {
      const job = await find(call, room, tx);
      const now = room.clock.now();
      const why = refusalOf('extend', job, now);
      if (why) throw call.fail('VALIDATION_ERROR', why);
      const expiresAt = new Date(job.expiresAt!.getTime() + EXTENSION_MS);
      await room.migrations.change(job._id, { expiresAt }, { tx });
      return { job: { ...job, expiresAt }, now };
    }),
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
  async run(call, room) {
    const { caller, remoteAddress } = call;
    const job = await find(call, room);
    const errorMessage = 'The live migration was cancelled.';
    if (await endJob(room, job, 'CANCELLED', { errorMessage }, { caller, remoteAddress })) return;
    // Whatever it was when it was read, it has ended by now.
    const why = refusalOf('cancel', await find(call, room), room.clock.now());
    throw call.fail('VALIDATION_ERROR', why!);
  },
});

export const ownMigrationOperations = [getMigrationDetails, extendMigration, cancelMigration];
