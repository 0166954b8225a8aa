import type { State, Tx } from '../../base/state.ts';
import { KEPT_DAYS, type SampleLoad } from './model.ts';

/** The only code that touches the collection `sampleLoads`. */
export function createSampleStore(state: State) {
  const loads = state.db.collection<SampleLoad>('sampleLoads');
  return {
    async prepare(): Promise<void> {
      await loads.createIndex({ created: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });
      await loads.createIndex({ state: 1 });
    },
    insert: (load: SampleLoad, tx: Tx) => loads.insertOne(load, { session: tx }),
    find: (groupId: string, id: string) => loads.findOne({ _id: id, groupId }),
    byId: (id: string) => loads.findOne({ _id: id }),
    working: async (): Promise<string[]> =>
      (await loads.find({ state: 'WORKING' }, { projection: { _id: 1 } }).toArray()).map((it) => it._id),
    end: (id: string, state: 'COMPLETED' | 'FAILED', completed: Date, errorMessage?: string) =>
      loads.updateOne({ _id: id }, { $set: { state, completed, ...(errorMessage ? { errorMessage } : {}) } }),
    clearGroup: async (groupId: string, tx: Tx): Promise<void> => {
      await loads.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type SampleStore = ReturnType<typeof createSampleStore>;
