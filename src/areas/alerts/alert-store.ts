import { isDuplicateKey } from '../../base/driver-errors.ts';
import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { Alert, AlertStatus } from './alert.ts';

/** As long as events are kept. */
const RETENTION_DAYS = 400;

/** The only code that touches the collection `alerts`. */
export function createRaisedStore(state: State) {
  const alerts = state.db.collection<Alert>('alerts');
  return {
    async prepare(): Promise<void> {
      const live = { unique: true, partialFilterExpression: { live: true } };
      await alerts.createIndex({ alertConfigId: 1, subject: 1 }, live);
      await alerts.createIndex({ groupId: 1, created: 1, _id: 1 });
      await alerts.createIndex({ resolved: 1 }, { expireAfterSeconds: RETENTION_DAYS * 86_400 });
    },
    /** False when another server was faster. */
    async insert(it: Alert): Promise<boolean> {
      try {
        await alerts.insertOne(it, { writeConcern: { w: 'majority' } });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    find: (groupId: string, id: string, tx?: Tx) => alerts.findOne({ _id: id, groupId }, { session: tx }),
    live: (groupId: string) => alerts.find({ groupId, live: true }).toArray(),
    groupsWithLive: (): Promise<string[]> => alerts.distinct('groupId', { live: true }),
    async list(
      filter: { groupId: string; alertConfigId?: string; status?: AlertStatus },
      { skip, itemsPerPage }: Paging,
    ): Promise<Page<Alert>> {
      const [items, total] = await Promise.all([
        alerts.find(filter).sort({ created: 1, _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        alerts.countDocuments(filter),
      ]);
      return { items, total };
    },
    /** False when it is no longer as it was: another server has taken the same step. */
    async replace(before: Alert, after: Alert, tx: Tx): Promise<boolean> {
      const as = { _id: before._id, status: before.status, updated: before.updated };
      return (await alerts.replaceOne(as, after, { session: tx })).matchedCount === 1;
    },
    forget: async ({ _id, status }: Alert): Promise<void> => void (await alerts.deleteOne({ _id, status })),
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await alerts.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type RaisedStore = ReturnType<typeof createRaisedStore>;
