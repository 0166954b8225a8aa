import { type Document, Timestamp } from 'mongodb';
import { documentAt, elements, find, numberAt, text } from './bson.ts';
import { ChangeStream } from './changes.ts';
import type { Deployment } from './deployment.ts';
import { Code, hasCode, MigrationFailed } from './errors.ts';
import { isBuckets } from './scope.ts';
import { listRaw } from './wire.ts';

/** The database on the destination that holds checkpoints. It is never migrated. */
export const OWN_DATABASE = 'telamon_migration';
/** What the migration of this id keeps in there. */
export const ownCollection = (kind: string, id: string): string => `${kind}.${id}`;
const excluded = new Set(['admin', 'local', 'config', OWN_DATABASE]);
export const isUserDatabase = (name: string): boolean => !excluded.has(name);

export interface Collection {
  db: string;
  name: string;
  /** Hexadecimal; it stays the same through renames, so it is what identifies a collection here. */
  uuid: string;
  /** Raw options as `create` takes them. */
  options: Buffer;
}

export interface View {
  db: string;
  name: string;
  on: string;
  options: Buffer;
}

export interface Catalogue {
  collections: Collection[];
  views: View[];
  /** Names of time series; their buckets are among the collections. */
  timeSeries: string[];
}

export const namespaceOf = (at: { db: string; name: string }): string => `${at.db}.${at.name}`;

export function splitNamespace(ns: string): { db: string; name: string } {
  const dot = ns.indexOf('.');
  return { db: ns.slice(0, dot), name: ns.slice(dot + 1) };
}

/** What mongod keeps for itself. The buckets of a time series are data. */
export const isSystem = (name: string): boolean => name.startsWith('system.') && !isBuckets(name);

export async function userDatabases(deployment: Deployment): Promise<string[]> {
  const { databases } = await deployment.command('admin', { listDatabases: 1, nameOnly: true });
  return (databases as { name: string }[]).map((it) => it.name).filter(isUserDatabase);
}

/** What the deployment holds at this moment, system collections aside. */
export async function readCatalogue(deployment: Deployment): Promise<Catalogue> {
  const catalogue: Catalogue = { collections: [], views: [], timeSeries: [] };
  for (const db of await userDatabases(deployment)) await readDatabase(deployment, db, catalogue);
  return catalogue;
}

/** What stands under this one name. */
export async function readOne(deployment: Deployment, at: { db: string; name: string }): Promise<Catalogue> {
  const catalogue: Catalogue = { collections: [], views: [], timeSeries: [] };
  await readDatabase(deployment, at.db, catalogue, { name: at.name });
  return catalogue;
}

async function readDatabase(deployment: Deployment, db: string, into: Catalogue, filter: Document = {}): Promise<void> {
  const list = { listCollections: 1, filter, cursor: { batchSize: 10_000 } };
  for (const entry of await listRaw(deployment.control, db, list)) {
    const name = text(entry, find(entry, 0, 'name')!);
    const type = find(entry, 0, 'type');
    const options = documentAt(entry, 0, 'options') ?? Buffer.from([5, 0, 0, 0, 0]);
    if (isSystem(name) || !deployment.scope.has({ db, name })) continue;
    if (type && text(entry, type) === 'timeseries') into.timeSeries.push(`${db}.${name}`);
    else if (type && text(entry, type) === 'view') {
      into.views.push({ db, name, on: text(options, find(options, 0, 'viewOn')!), options });
    } else into.collections.push({ db, name, uuid: uuidIn(documentAt(entry, 0, 'info')!, 'uuid')!, options });
  }
}

export function uuidIn(document: Buffer, field: string, at = 0): string | undefined {
  const element = find(document, at, field);
  // A binary value: its length, its subtype, then its bytes.
  return element ? document.toString('hex', element.value + 5, element.end) : undefined;
}

/**
 * The catalogue as it was at one instant, and that instant. Collections are listed database by database; when anything
 * was made, dropped or renamed meanwhile the list fits no instant and is read again. From an exact list all that
 * follows can be replayed exactly.
 */
export async function readCatalogueAt(source: Deployment): Promise<Catalogue & { at: Timestamp }> {
  for (let tries = 0; tries < 30; tries++) {
    const at = await source.operationTime();
    // Waits until everything up to `at` is committed and visible; the collection need not exist.
    await source.command('test', { find: 'none', readConcern: { level: 'majority', afterClusterTime: at } });
    const catalogue = await readCatalogue(source);
    if (!(await changedSince(source, at))) return { ...catalogue, at };
  }
  throw new MigrationFailed(
    'Collections of the source are being made, dropped or renamed without pause, so no consistent list of them can be read. Start the migration at a quieter moment.',
  );
}

export const following = (at: Timestamp): Timestamp =>
  new Timestamp({ t: at.getHighBits() >>> 0, i: (at.getLowBits() >>> 0) + 1 });

const reshaping = ['create', 'drop', 'rename', 'dropDatabase'];

async function changedSince(source: Deployment, at: Timestamp): Promise<boolean> {
  const until = await source.operationTime();
  const wire = await source.open();
  const stream = new ChangeStream(wire, [{ $match: { operationType: { $in: reshaping } } }]);
  try {
    await stream.open({ at: following(at) });
    for (;;) {
      const batch = await stream.next(100);
      const changed = batch.events.length > 0;
      batch.release();
      if (changed) return true;
      if (stream.position.greaterThanOrEqual(until)) return false;
    }
  } finally {
    wire.close();
  }
}

export interface Size {
  documents: number;
  bytes: number;
  /** Compressed, its indexes included. */
  stored: number;
}

/** What the server believes a collection holds; fast, and right enough for progress. */
export async function sizeOf(deployment: Deployment, at: { db: string; name: string }): Promise<Size> {
  try {
    const [stats] = await listRaw(deployment.control, at.db, {
      aggregate: at.name,
      pipeline: [{ $collStats: { storageStats: {} } }],
      cursor: {},
    });
    const storage = stats && documentAt(stats, 0, 'storageStats');
    const series = storage && documentAt(storage, 0, 'timeseries');
    const value = (name: string, from = storage) => {
      const element = from && find(from, 0, name);
      return (element && numberAt(from, element)) || 0;
    };
    const stored = value('storageSize') + value('totalIndexSize');
    const documents = value('count') || value('bucketCount', series);
    return { documents, bytes: value('size'), stored };
  } catch (error) {
    // Gone or renamed since it was listed.
    if (hasCode(error, Code.namespaceNotFound)) return { documents: 0, bytes: 0, stored: 0 };
    throw error;
  }
}

/** Views so that each comes after what it stands on. */
export function inOrder(views: readonly View[]): View[] {
  const byName = new Map(views.map((it) => [namespaceOf(it), it]));
  const done = new Set<View>();
  const add = (view: View | undefined) => {
    if (!view || done.has(view)) return;
    add(byName.get(`${view.db}.${view.on}`));
    done.add(view);
  };
  for (const view of views) add(view);
  return [...done];
}

/** The fields of a raw document by name, each as type and value bytes. */
export function fieldsOf(document: Buffer): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (const it of elements(document)) {
    fields.set(it.name, Buffer.concat([Buffer.from([it.type]), document.subarray(it.value, it.end)]));
  }
  return fields;
}
