import type { State, Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { Integration } from './model.ts';

/** The only code that touches the collection `integrations`. */
export function createIntegrationStore(state: State) {
  const integrations = state.db.collection<Integration>('integrations');
  return {
    async prepare(): Promise<void> {
      await integrations.createIndex({ groupId: 1, type: 1 }, { unique: true });
    },
    find: (groupId: string, type: string, tx?: Tx) =>
      integrations.findOne({ groupId, type } as object, { session: tx }),
    async list(groupId: string, { skip, itemsPerPage }: Paging): Promise<Page<Integration>> {
      const [items, total] = await Promise.all([
        integrations.find({ groupId }).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
        integrations.countDocuments({ groupId }),
      ]);
      return { items, total };
    },
    insert: (it: Integration, tx: Tx) => integrations.insertOne(it, { session: tx }),
    replace: (it: Integration, tx: Tx) => integrations.replaceOne({ _id: it._id }, it, { session: tx }),
    async remove(groupId: string, type: string, tx: Tx): Promise<boolean> {
      return (await integrations.deleteOne({ groupId, type } as object, { session: tx })).deletedCount === 1;
    },
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await integrations.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type IntegrationStore = ReturnType<typeof createIntegrationStore>;
