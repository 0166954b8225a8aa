import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { MigrationProgress } from '../../base/migration-progress.ts';
import type { Fail } from '../../kernel/failure.ts';
import { type EndingDeps, endJob } from './ending.ts';
import { READY_LIFE_MS, refusalOf } from './lifecycle.ts';
import type { Job } from './model.ts';

/** How a migration goes, or how it ended. */
export const reportFields = {
  progress: Type.Optional(MigrationProgress),
  done: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  failed: Type.Optional(Type.String({ maxLength: 10_000 })),
};

export interface SaidOfJob {
  progress?: MigrationProgress;
  done?: Record<string, unknown>;
  failed?: string;
}

/** Takes down what whoever does the work says of it. */
export async function takeReport(
  room: EndingDeps & { clock: Clock },
  job: Job,
  { progress, done, failed }: SaidOfJob,
  fail: Fail<'VALIDATION_ERROR'>,
): Promise<void> {
  const now = room.clock.now();
  const set: Partial<Job> = { reportedAt: now, ...(progress ? { progress } : {}) };
  // The timer of the cutover starts when the migration is ready for the first time.
  if (progress?.readyForCutover && !job.readySince)
    Object.assign(set, { readySince: now, expiresAt: new Date(now.getTime() + READY_LIFE_MS) });
  if (failed !== undefined) await endJob(room, job, 'FAILED', { ...set, errorMessage: failed });
  else if (done) {
    const why = job.kind === 'migrate' && refusalOf('complete', job, now);
    if (why) throw fail('VALIDATION_ERROR', why);
    await endJob(room, job, 'COMPLETE', { ...set, report: done });
  } else await room.migrations.change(job._id, set);
}
