import { type Clock, wireInstant } from '../../base/clock.ts';
import { newSecret } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { forgetMigration } from '../../migration/index.ts';
import { dropUser, ensureUser, marks } from '../../mongod/index.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import { type EndingDeps, endJob } from './ending.ts';
import { hasEnded, type Job, TEMPORARY_ROLES, userOf, VALIDATION_LIFE_MS } from './model.ts';

export interface JobControl extends EndingDeps {
  vault: Vault;
  clusters: Pick<ClusterQuestions, 'findById' | 'adminUri' | 'ownerOf'>;
  clock: Clock;
}

/** The part of a job that is the control plane's: the temporary user, the start, the time limits, the clearing up. */
export function createJobControl(control: JobControl) {
  const { migrations, clock } = control;
  return {
    name: 'live migrations',
    list: migrations.unfinished,
    async reconcile(id: string): Promise<{ again?: number } | undefined> {
      const job = await migrations.job(id);
      if (!job) return undefined;
      if (hasEnded(job)) return clearUp(control, job);
      if (job.status === 'NEW') await prepare(control, job);
      return watch(control, job, clock.now());
    },
  };
}

async function prepare(control: JobControl, job: Job): Promise<void> {
  const { migrations, vault, clusters } = control;
  const cluster = await clusters.findById(job.clusterId);
  if (!cluster) {
    await endJob(control, job, 'FAILED', { errorMessage: `The destination ${job.clusterName} is gone.` });
    return;
  }
  let sealed = job.sealedPassword;
  if (!sealed) {
    // Stored before the user is made, so that whoever takes over after a crash can still drop it.
    sealed = vault.seal(newSecret(), job._id);
    if (!(await migrations.change(job._id, { sealedPassword: sealed }))) return;
  }
  const roles = TEMPORARY_ROLES.map((role) => ({ role, db: 'admin' }));
  const password = vault.open(sealed, job._id);
  const owner = clusters.ownerOf(cluster, marks.liveMigrations);
  await ensureUser(clusters.adminUri(cluster), { user: userOf(job), password, roles, owner });
  await migrations.change(job._id, { status: 'WORKING' }, { wake: true });
}

/** Ends what has waited too long; otherwise says when to look again. */
async function watch(control: JobControl, job: Job, now: Date): Promise<{ again?: number }> {
  const isValidation = job.kind === 'validate';
  const end = isValidation ? new Date(job.created.getTime() + VALIDATION_LIFE_MS) : job.expiresAt;
  if (!end || job.cutoverAt) return {};
  const left = end.getTime() - now.getTime();
  // A timer takes at most 2^31 ms, and nothing is lost by looking once an hour.
  if (left > 0) return { again: Math.min(left, 3_600_000) };
  if (isValidation) {
    const errorMessage = `Could not reach specified source: the agent on ${job.host} did not answer. Check that it runs.`;
    await endJob(control, job, 'FAILED', { errorMessage });
  } else {
    const errorMessage = `The live migration was not cut over by ${wireInstant(end)}, when its timer ran out. Start a new one.`;
    // A cutover or an extension may have come since the job was read; either is worth more than the timer.
    const when = { cutoverAt: { $exists: false }, expiresAt: end };
    await endJob(control, job, 'EXPIRED', { errorMessage }, { when });
  }
  return { again: 0 };
}

/** Once the user is gone nobody writes for this migration any more, so what it remembered of its way can go as well. */
async function clearUp({ migrations, clusters }: JobControl, job: Job): Promise<undefined> {
  if (!job.sealedPassword) return;
  const cluster = await clusters.findById(job.clusterId);
  if (cluster) {
    const uri = clusters.adminUri(cluster);
    await dropUser(uri, userOf(job));
    // Not before its end is known here: whoever did the work would otherwise begin anew. A validation never made any.
    if (job.kind === 'migrate') await forgetMigration(uri, job._id);
  }
  await migrations.userDropped(job._id);
}
