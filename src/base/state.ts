import type { ClientSession, Collection, Db, Document, Filter, MongoClient } from 'mongodb';
import { coalesce } from './coalesce.ts';

/** The state store: one database of a replica set, majority reads and writes. */
export interface State {
  client: MongoClient;
  db: Db;
}

export type Tx = ClientSession;

/** What transactions under way insert at their end. */
const last = new WeakMap<Tx, Map<Collection, Document[]>>();

/** Runs `work` in one transaction; the driver repeats it on transient conflicts, so it must only touch the store. */
export async function transact<T>(state: State, work: (tx: Tx) => Promise<T>): Promise<T> {
  const begin = async (tx: Tx): Promise<T> => {
    last.set(tx, new Map());
    const result = await work(tx);
    await settle(tx);
    return result;
  };
  return state.client.withSession((session) =>
    session.withTransaction(() => begin(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    }),
  );
}

/**
 * Inserts in the transaction, but at its end, in one command with all others of the collection: for what nothing in the
 * transaction reads or changes any more. A unique index that refuses it fails the transaction then.
 */
export function insertLast<T extends Document>(collection: Collection<T>, document: T, tx: Tx): void {
  const all = last.get(tx);
  if (!all) throw new Error('not in a transaction of this store');
  const key = collection as unknown as Collection;
  const documents = all.get(key);
  if (documents) documents.push(document);
  else all.set(key, [document]);
}

/** Inserts what waits for the end of the transaction. */
export async function settle(tx: Tx): Promise<void> {
  const all = last.get(tx);
  last.delete(tx);
  for (const [collection, documents] of all ?? []) await collection.insertMany(documents, { session: tx });
}

/**
 * Finds documents by their id, or by another text that is unique in the collection; many at once are one question. What
 * it gives may be shared with others who asked at the same time: nobody changes it.
 */
export const finder = <T extends Document>(collection: Collection<T>, key: keyof T & string = '_id') =>
  coalesce<Readonly<T>>(async (wanted) => {
    const found = await collection.find({ [key]: { $in: [...wanted] } } as Filter<T>).toArray();
    return new Map(found.map((it) => [it[key] as string, it as T]));
  });

/**
 * What an area does when an organization or project goes. The two deletions run these inside their own transaction, so
 * that either everything leaves or nothing changes. Areas never import each other for it: main/ hands the list over.
 */
export interface Leaving {
  /** Throws the failure that forbids the deletion; changes nothing. */
  refuseOrg?(orgId: string, tx: Tx): Promise<void>;
  clearOrg?(orgId: string, tx: Tx): Promise<void>;
  refuseGroup?(groupId: string, tx: Tx): Promise<void>;
  clearGroup?(groupId: string, tx: Tx): Promise<void>;
}
