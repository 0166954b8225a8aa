import type { AnyBulkWriteOperation } from 'mongodb';
import type { State, Tx } from '../../base/state.ts';
import { type AccessEntry, type Holder, MAX_ENTRIES } from './model.ts';
import type { Use } from './uses.ts';

/** Access lists inside the documents of their holders, for the stores that own those. */
export function createListStore(state: State, collection: string) {
  const holders = state.db.collection<Holder>(collection);
  return {
    /** False when one of the blocks is on the list already, or the list would grow too long. */
    async add(id: string, entries: readonly AccessEntry[], tx: Tx): Promise<boolean> {
      const isNew = { 'accessList.cidrBlock': { $nin: entries.map((it) => it.cidrBlock) } };
      const hasRoom = { [`accessList.${MAX_ENTRIES - entries.length}`]: { $exists: false } };
      const change = { $push: { accessList: { $each: [...entries] } } };
      return (await holders.updateOne({ _id: id, ...isNew, ...hasRoom }, change, { session: tx })).matchedCount === 1;
    },
    async remove(id: string, cidrBlock: string, tx: Tx): Promise<void> {
      await holders.updateOne({ _id: id }, { $pull: { accessList: { cidrBlock } } }, { session: tx });
    },
    async count(uses: readonly Use[]): Promise<void> {
      const writes = uses.map(
        ({ holder, cidrBlock, count, at, address }): AnyBulkWriteOperation<Holder> => ({
          updateOne: {
            filter: { _id: holder, 'accessList.cidrBlock': cidrBlock },
            update: {
              $inc: { 'accessList.$.count': count },
              $set: { 'accessList.$.lastUsed': at, 'accessList.$.lastUsedAddress': address },
            },
          },
        }),
      );
      if (writes.length) await holders.bulkWrite(writes, { ordered: false });
    },
  };
}

export type ListStore = ReturnType<typeof createListStore>;
