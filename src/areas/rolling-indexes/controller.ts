import { MongoClient, MongoServerError } from 'mongodb';
import type { Logger } from 'pino';
import { type State, transact } from '../../base/state.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import type { EventQuestions } from '../events/questions.ts';
import type { IndexStore, WantedIndex } from './store.ts';

export interface IndexControl {
  state: State;
  events: EventQuestions;
  indexes: IndexStore;
  clusters: Pick<ClusterQuestions, 'findById' | 'adminUri'>;
  log: Logger;
}

/** mongod cannot build it, however often it is asked: another index is in its way, or the data is. */
const never = new Set([67, 68, 85, 86, 9, 2, 72, 73, 197, 11_000, 17_280, 26, 166]);

/** Builds the indexes that were asked for. mongod's own builds yield to other work, on all members at once. */
export function createIndexControl({ state, events, indexes, clusters, log }: IndexControl) {
  return {
    name: 'indexes',
    list: indexes.ids,
    async reconcile(id: string): Promise<undefined> {
      const wanted = await indexes.find(id);
      if (!wanted) return;
      const cluster = await clusters.findById(wanted.clusterId);
      if (cluster?.status.state === 'CREATING') throw new Error('the cluster is still being created');
      const alive = cluster && !cluster.deleting;
      const built = alive ? await build(clusters.adminUri(cluster), wanted) : false;
      const type = built ? 'ROLLING_INDEX_SUCCESS_INDEX_BUILD' : 'ROLLING_INDEX_FAILED_INDEX_BUILD';
      const { orgId, groupId, clusterName } = wanted;
      await transact(state, async (tx) => {
        await indexes.remove(id, tx);
        if (alive) await events.record({ type, orgId, groupId, clusterName }, tx);
      });
    },
  };

  /** False when mongod will never build it. */
  async function build(uri: string, wanted: WantedIndex): Promise<boolean> {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 });
    try {
      const collection = client.db(wanted.database).collection(wanted.collection);
      await collection.createIndex(wanted.keys as never, wanted.options);
      return true;
    } catch (err) {
      if (!(err instanceof MongoServerError) || !never.has(Number(err.code))) throw err;
      log.warn({ err, clusterId: wanted.clusterId }, 'an index could not be built');
      return false;
    } finally {
      await client.close();
    }
  }
}
