import { find, numberAt, T, without } from './bson.ts';
import { OplogUnknown } from './errors.ts';
import type { Change } from './feed.ts';
import { commandOf, type Entry, flag, parseEntry, textOf } from './oplog-entry.ts';
import { oplogToken } from './resume.ts';
import { isUserDatabase, splitNamespace } from './segment.ts';

/** What commands in the oplog are called in a change stream. */
const kinds: Record<string, string> = {
  create: 'create',
  drop: 'drop',
  renameCollection: 'rename',
  collMod: 'modify',
  createIndexes: 'createIndexes',
  // An index counts from when it is complete.
  commitIndexBuild: 'createIndexes',
  dropIndexes: 'dropIndexes',
  deleteIndexes: 'dropIndexes',
  deleteIndex: 'dropIndexes',
  emptycapped: 'empty',
};
/** The collections of a database are dropped one by one before it; an index that is not complete is nobody's yet. */
const meaningless = [
  ...['dropDatabase', 'startIndexBuild', 'abortIndexBuild', 'commitTransaction', 'abortTransaction', 'dbCheck'],
];

class OplogChange implements Change {
  kind: string;
  uuid: string | undefined;
  db: string;
  name: string;
  idType = 0;
  id: Buffer | undefined;
  document: Buffer | undefined;
  diff: Buffer | undefined;
  to: { db: string; name: string } | undefined;
  description: Buffer | undefined;
  private readonly resume: bigint;

  constructor(kind: string, uuid: string | undefined, at: { db: string; name: string }, resume: bigint) {
    this.kind = kind;
    this.uuid = uuid;
    this.db = at.db;
    this.name = at.name;
    this.resume = resume;
  }

  token(): Buffer {
    return oplogToken(this.resume);
  }
}

const isApplyOps = (entry: Entry): boolean => entry.op === 'c' && commandOf(entry.o) === 'applyOps';

/** True when the parts of a transaction that came before, if any, count from this entry on. */
export function endsTransaction(entry: Entry): boolean {
  if (entry.op !== 'c') return false;
  const command = commandOf(entry.o);
  if (command === 'commitTransaction') return true;
  return command === 'applyOps' && !isOpen(entry) && !entry.single;
}

const isOpen = ({ o }: Entry): boolean => flag(o, 'partialTxn') || flag(o, 'prepare');

/**
 * Adds what an entry changed to `into`. Changes of a transaction can only be read again from before its last entry, at
 * `before`; so they say, and so do all that stand within an `applyOps`. With `part`, the entry belongs to a transaction
 * that is known to be committed.
 */
export function changesOf(entry: Entry & { part?: boolean }, before: bigint, into: Change[]): void {
  if (isApplyOps(entry)) {
    if (isOpen(entry) && !entry.part) return;
    const list = find(entry.o, 0, 'applyOps')!;
    for (const inner of innerEntries(entry.o.subarray(list.value, list.end))) {
      changesOf({ ...inner, ts: before }, before, into);
    }
    return;
  }
  const change = changeOf(entry);
  if (change) into.push(change);
}

function* innerEntries(list: Buffer): Generator<Entry> {
  for (let at = 4; at < list.length - 1; ) {
    const start = list.indexOf(0, at + 1) + 1;
    at = start + list.readInt32LE(start);
    yield parseEntry(list, start);
  }
}

function changeOf(entry: Entry): Change | undefined {
  const at = splitNamespace(entry.ns);
  // What `convertToCapped` fills its collection with; the collection is copied when it is made.
  if (entry.op === 'n' || entry.internal || !isUserDatabase(at.db)) return undefined;
  switch (entry.op) {
    case 'i':
      return dataChange('insert', entry, at, entry.o);
    case 'd':
      return dataChange('delete', entry, at, entry.o);
    case 'u':
      return dataChange('update', entry, at, entry.o2!);
    case 'c':
      return schemaChange(entry, at.db);
    default:
      throw unknown(entry, `an entry of kind "${entry.op}"`);
  }
}

function dataChange(kind: string, entry: Entry, at: { db: string; name: string }, identified: Buffer): Change {
  const change = new OplogChange(kind, entry.uuid, at, entry.ts);
  const id = find(identified, 0, '_id');
  if (id) {
    change.idType = id.type;
    change.id = identified.subarray(id.value, id.end);
  }
  if (kind === 'insert') change.document = entry.o;
  if (kind !== 'update') return change;
  // As mongod tells them apart: a whole document has an _id, and then `$v` is a field as any other.
  if (find(entry.o, 0, '_id')) {
    change.kind = 'replace';
    change.document = entry.o;
  } else if (isDiff(entry.o)) change.diff = entry.o;
  return change;
}

function isDiff(o: Buffer): boolean {
  const version = find(o, 0, '$v');
  return version !== undefined && numberAt(o, version) === 2;
}

function schemaChange(entry: Entry, db: string): Change | undefined {
  const command = commandOf(entry.o);
  if (meaningless.includes(command)) return undefined;
  const kind = kinds[command];
  if (!kind) throw unknown(entry, `the command "${command}"`);
  const name = textOf(entry.o, command)!;
  if (kind !== 'rename') {
    const change = new OplogChange(kind, entry.uuid, { db, name }, entry.ts);
    change.description = without(entry.o, command);
    return change;
  }
  const change = new OplogChange(kind, entry.uuid, splitNamespace(name), entry.ts);
  change.to = splitNamespace(textOf(entry.o, 'to')!);
  if (find(entry.o, 0, 'dropTarget')?.type === T.binary) change.description = entry.o;
  return change;
}

const unknown = (entry: Entry, what: string): OplogUnknown =>
  new OplogUnknown(
    `The oplog of the source holds ${what} in ${entry.ns}, which is not known here. Let the changes be read from the change stream.`,
  );
