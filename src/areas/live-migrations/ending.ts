import { type State, transact } from '../../base/state.ts';
import type { EventType } from '../../contract/event-types.ts';
import type { PlacedEvent } from '../../kernel/operation.ts';
import type { EventQuestions } from '../events/questions.ts';
import type { Job } from './model.ts';
import type { MigrationStore } from './store.ts';

export interface EndingDeps {
  state: State;
  migrations: MigrationStore;
  events: EventQuestions;
}

type Outcome = 'COMPLETE' | 'FAILED' | 'EXPIRED' | 'CANCELLED';

const outcomes: Record<Outcome, { status: Job['status']; type: EventType }> = {
  COMPLETE: { status: 'COMPLETE', type: 'CLUSTER_IMPORT_COMPLETED' },
  FAILED: { status: 'FAILED', type: 'CLUSTER_IMPORT_FAILED' },
  EXPIRED: { status: 'EXPIRED', type: 'CLUSTER_IMPORT_EXPIRED' },
  // Atlas has no status of its own for it.
  CANCELLED: { status: 'FAILED', type: 'CLUSTER_IMPORT_CANCELLED' },
};

/** Who asked for the end, when somebody did, and what must still hold of the job when it ends. */
type More = Pick<PlacedEvent, 'caller' | 'remoteAddress'> & { when?: object };

/** Ends a job once, and tells of it; false when it had ended before. */
export function endJob(
  { state, migrations, events }: EndingDeps,
  { _id, kind, orgId, groupId, clusterName }: Job,
  outcome: Outcome,
  set: Partial<Job> = {},
  { when, ...by }: More = {},
): Promise<boolean> {
  const { status, type } = outcomes[outcome];
  return transact(state, async (tx) => {
    if (!(await migrations.end(_id, status, set, tx, when))) return false;
    // A validation moves nothing, so there is nothing to tell.
    if (kind === 'migrate') await events.record({ type, orgId, groupId, clusterName, ...by }, tx);
    return true;
  });
}
