import type { Clock } from '../../base/clock.ts';
import { newSecret } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { dropUser, ensureUser, marks } from '../../mongod/index.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import { type EndingDeps, endJob } from './ending.ts';
import { hasEnded, type Job, READY_LIFE_MS, TEMPORARY_ROLES, userOf, VALIDATION_LIFE_MS } from './model.ts';

export interface JobControl extends EndingDeps {
  vault: Vault;
  clusters: Pick<ClusterQuestions, 'findById' | 'adminUri'>;
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
  const { liveMigrations: mark } = marks;
  await ensureUser(clusters.adminUri(cluster), { user: userOf(job), password, roles, mark });
  await migrations.change(job._id, { status: 'WORKING' }, { wake: true });
}

/** Ends what has waited too long; otherwise says when to look again. */
async function watch(control: JobControl, job: Job, now: Date): Promise<{ again?: number }> {
  const since = job.kind === 'validate' ? job.created : job.readySince;
  if (!since || job.cutoverAt) return {};
  const life = job.kind === 'validate' ? VALIDATION_LIFE_MS : READY_LIFE_MS;
  const left = since.getTime() + life - now.getTime();
  // A timer takes at most 2^31 ms, and nothing is lost by looking once an hour.
  if (left > 0) return { again: Math.min(left, 3_600_000) };
  if (job.kind === 'validate') {
    const errorMessage = `Could not reach specified source: the agent on ${job.host} did not answer. Check that it runs.`;
    await endJob(control, job, 'FAILED', { errorMessage });
  } else {
    const errorMessage = 'The live migration was not cut over within 120 hours after it was ready.';
    await endJob(control, job, 'EXPIRED', { errorMessage });
  }
  return { again: 0 };
}

async function clearUp({ migrations, clusters }: JobControl, job: Job): Promise<undefined> {
  if (!job.sealedPassword) return;
  const cluster = await clusters.findById(job.clusterId);
  if (cluster) await dropUser(clusters.adminUri(cluster), userOf(job));
  await migrations.userDropped(job._id);
}
