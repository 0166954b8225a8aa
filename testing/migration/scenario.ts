import type { Collection, Db, MongoClient } from 'mongodb';

/**
 * When a body runs: the source's collections are listed but none is made on the destination; some are copied, one is
 * being copied, some are not there yet; all are copied and changes are followed.
 */
export const phases = ['listed', 'copying', 'following'] as const;
export type Phase = (typeof phases)[number];

/** Where one run of a scenario takes place: databases of its own on the source. */
export interface Stage {
  phase: Phase;
  client: MongoClient;
  db: Db;
  /** Another database of this run. */
  other(name: string): Db;
}

export interface Scenario {
  /** What is there before the migration begins. What it returns runs when the body is about to run. */
  seed?(stage: Stage): Promise<undefined | (() => Promise<void>)>;
  /** What happens on the source while it is migrated. What it returns runs in the next phase, the last before the cutover. */
  body?(stage: Stage): Promise<undefined | (() => Promise<void>)>;
  /** Runs when the migration is done, before both sides are compared. */
  after?(stage: Stage): Promise<void>;
  /** What must hold besides both sides being equal. */
  check?(source: Db, destination: Db, phase: Phase): Promise<void>;
  /** Left out of the fast set. */
  slow?: true;
}

/** Documents of whatever shape, with whatever `_id`. */
// biome-ignore lint/suspicious/noExplicitAny: identifiers and values of every type are the point here
export type Loose = any;

export const loose = (db: Db, name = 'c'): Collection<Loose> => db.collection<Loose>(name);

export const numbered = (count: number, more: (n: number) => object = () => ({})): Loose[] =>
  Array.from({ length: count }, (_, n) => ({ _id: n, n, ...more(n) }));
