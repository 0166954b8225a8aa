import { type Collection, type Document, MongoClient } from 'mongodb';
import type { Clock } from '../../base/clock.ts';
import { areDuplicateKeys } from '../../base/driver-errors.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import { documentsOf, sampleDatabases } from './datasets.ts';
import type { SampleStore } from './store.ts';

export interface SampleControl {
  samples: SampleStore;
  clusters: Pick<ClusterQuestions, 'findById' | 'adminUri'>;
  clock: Clock;
}

const BATCH = 1_000;

/** Loads the sample data; one that was cut off goes on with what is missing. */
export function createSampleControl({ samples, clusters, clock }: SampleControl) {
  return {
    name: 'sample datasets',
    list: samples.working,
    async reconcile(id: string, signal: AbortSignal): Promise<undefined> {
      const load = await samples.byId(id);
      if (load?.state !== 'WORKING') return;
      const cluster = await clusters.findById(load.clusterId);
      if (!cluster || cluster.deleting) {
        await samples.end(id, 'FAILED', clock.now(), `cluster ${load.clusterName} is gone`);
        return;
      }
      if (cluster.status.state === 'CREATING') throw new Error(`cluster ${load.clusterName} is still being created`);
      await fill(clusters.adminUri(cluster), signal);
      await samples.end(id, 'COMPLETED', clock.now());
    },
  };
}

/** Documents that an earlier load brought keep whatever their users have made of them. */
export async function insertMissing(collection: Collection, documents: Document[]): Promise<void> {
  try {
    await collection.insertMany(documents, { ordered: false });
  } catch (error) {
    if (!areDuplicateKeys(error)) throw error;
  }
}

async function fill(uri: string, signal: AbortSignal): Promise<void> {
  const client = new MongoClient(uri, { writeConcern: { w: 'majority' }, serverSelectionTimeoutMS: 20_000 });
  try {
    for (const [at, database] of sampleDatabases.entries())
      for (const [n, it] of database.collections.entries()) {
        const collection = client.db(database.name).collection(it.name);
        const all = [...documentsOf(it, 1_000 * at + n)];
        for (let from = 0; from < all.length; from += BATCH) {
          signal.throwIfAborted();
          await insertMissing(collection, all.slice(from, from + BATCH));
        }
        for (const index of it.indexes ?? []) await collection.createIndex(index);
      }
  } finally {
    await client.close();
  }
}
