import { hasEnded, isFresh, type Job } from './model.ts';

/** How long a migration may wait for its cutover; source: the published interface. */
export const READY_LIFE_MS = 120 * 3_600_000;

/** What one extension adds. Atlas has a button for it in its console, and no call. */
export const EXTENSION_MS = 24 * 3_600_000;

/** Where a migration is. From `ready` on a timer runs, also while it is `behind`: silent, or no longer nearly in sync. */
export type Place = 'new' | 'copying' | 'ready' | 'behind' | 'cutting over' | 'ended';

export function placeOf(job: Job, now: Date): Place {
  if (hasEnded(job)) return 'ended';
  if (job.cutoverAt) return 'cutting over';
  if (job.status === 'NEW') return 'new';
  if (!job.readySince) return 'copying';
  return job.progress?.readyForCutover && isFresh(job, now) ? 'ready' : 'behind';
}

/** What somebody may want of a migration. It ends by itself, too: it fails, or its timer runs out before the cutover. */
export type Act = 'cutover' | 'extend' | 'cancel' | 'complete';

const NOT_READY = 'it is not ready for cutover';
const BEGUN = 'its cutover has already begun';
const ENDED = 'it has ended';

/** Why an act is refused, by place; where nothing stands it is allowed. */
export const refusals: Readonly<Record<Act, Readonly<Partial<Record<Place, string>>>>> = {
  cutover: {
    new: NOT_READY,
    copying: NOT_READY,
    behind: `${NOT_READY}: the destination is behind, or its agent is silent`,
    'cutting over': BEGUN,
    ended: ENDED,
  },
  extend: {
    new: 'its timer starts once it is ready for cutover',
    copying: 'its timer starts once it is ready for cutover',
    'cutting over': BEGUN,
    ended: ENDED,
  },
  cancel: { ended: ENDED },
  complete: {
    new: 'it is not cut over',
    copying: 'it is not cut over',
    ready: 'it is not cut over',
    behind: 'it is not cut over',
  },
};

export const refusalOf = (act: Act, job: Job, now: Date): string | undefined => {
  const why = refusals[act][placeOf(job, now)];
  return why && `live migration ${job._id} is ${job.status}: ${why}`;
};
