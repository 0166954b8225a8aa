import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { AlertConfig } from './model.ts';

/** The only code that touches the collection `alertConfigs`. */
export function createAlertStore(state: State) {
  const configs = state.db.collection<AlertConfig>('alertConfigs');
  return {
    async prepare(): Promise<void> {
      await configs.createIndex({ groupId: 1, _id: 1 });
    },
    insert: (all: readonly AlertConfig[], tx: Tx) => configs.insertMany([...all], { session: tx }),
    find: (groupId: string, id: string, tx?: Tx) => configs.findOne({ _id: id, groupId }, { session: tx }),
    enabledIn: (groupId: string) => configs.find({ groupId, enabled: true }).toArray(),
    countIn: (groupId: string, tx: Tx) => configs.countDocuments({ groupId }, { session: tx }),
    async list(groupId: string, { skip, itemsPerPage }: Paging): Promise<Page<AlertConfig>> {
      const [items, total] = await Promise.all([
        configs.find({ groupId }).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        configs.countDocuments({ groupId }),
      ]);
      return { items, total };
    },
    replace: (it: AlertConfig, tx: Tx) => configs.replaceOne({ _id: it._id }, it, { session: tx }),
    async remove(groupId: string, id: string, tx: Tx): Promise<boolean> {
      return (await configs.deleteOne({ _id: id, groupId }, { session: tx })).deletedCount === 1;
    },
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await configs.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type AlertStore = ReturnType<typeof createAlertStore>;
