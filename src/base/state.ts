import type { ClientSession, Db, MongoClient } from 'mongodb';

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
