import type { ClientSession, Collection, Db, Document, Filter, MongoClient } from 'mongodb';
import { coalesce } from './coalesce.ts';

/** The state store: one database of a replica set, majority reads and writes. */
export interface State {
  client: MongoClient;
  db: Db;
}

export type Tx = ClientSession;

/** Runs `work` in one transaction; the driver repeats it on transient conflicts, so it must only touch the store. */
export async function transact<T>(state: State, work: (tx: Tx) => Promise<T>): Promise<T> {
  return state.client.withSession((session) =>
    session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    }),
  );
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
