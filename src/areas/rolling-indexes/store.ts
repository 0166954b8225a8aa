import type { State, Tx } from '../../base/state.ts';

/** An index that somebody wants on a cluster. */
export interface WantedIndex {
  _id: string;
  groupId: string;
  orgId: string;
  clusterId: string;
  clusterName: string;
  database: string;
  collection: string;
  /** As `createIndexes` takes them. */
  keys: [field: string, kind: number | string][];
  options: Record<string, unknown>;
}

/** The only code that touches the collection `wantedIndexes`; what has been built is forgotten. */
export function createIndexStore(state: State) {
  const wanted = state.db.collection<WantedIndex>('wantedIndexes');
  return {
    async prepare(): Promise<void> {},
    insert: (it: WantedIndex, tx: Tx) => wanted.insertOne(it, { session: tx }),
    find: (id: string) => wanted.findOne({ _id: id }),
    ids: async (): Promise<string[]> =>
      (await wanted.find({}, { projection: { _id: 1 } }).toArray()).map((it) => it._id),
    remove: (id: string, tx: Tx) => wanted.deleteOne({ _id: id }, { session: tx }),
    clearGroup: async (groupId: string, tx: Tx): Promise<void> => {
      await wanted.deleteMany({ groupId }, { session: tx });
    },
  };
}

export type IndexStore = ReturnType<typeof createIndexStore>;
