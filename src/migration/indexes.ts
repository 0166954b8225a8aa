import { BSON } from 'mongodb';
import { doc, documentAt, elements, find, int, join, numberAt, raw, str, T, text, without } from './bson.ts';
import type { Deployment } from './deployment.ts';
import { Code, CommandFailed, hasCode } from './errors.ts';
import { fieldsOf } from './segment.ts';
import { elementsOf, listRaw, type Wire, writeMajority } from './wire.ts';

interface Place {
  db: string;
  name: string;
}

export interface Index {
  name: string;
  /** Raw specification as `createIndexes` takes it. */
  spec: Buffer;
}

/** The seconds of 68 years: a TTL index that removes nothing. */
const NEVER = 2_147_483_647;
/** What `collMod` can change on an index that exists. */
const mutable = ['hidden', 'unique', 'prepareUnique', 'expireAfterSeconds'];
const meaningless = ['v', 'ns', 'background'];

const flag = (spec: Buffer, name: string): boolean => {
  const element = find(spec, 0, name);
  if (!element) return false;
  return element.type === T.bool ? spec[element.value] === 1 : numberAt(spec, element) !== 0;
};
const number = (spec: Buffer, name: string): number | undefined => {
  const element = find(spec, 0, name);
  return element && numberAt(spec, element);
};
const keyOf = (spec: Buffer): string => documentAt(spec, 0, 'key')!.toString('latin1');

/** Secondary indexes that are complete, without those that come with the collection. */
export async function listIndexes(deployment: Deployment, at: Place): Promise<Index[]> {
  let specs: Buffer[];
  try {
    specs = await listRaw(deployment.control, at.db, { listIndexes: at.name, includeBuildUUIDs: true });
  } catch (error) {
    if (hasCode(error, Code.namespaceNotFound)) return [];
    throw error;
  }
  return specs
    .filter((it) => !find(it, 0, 'buildUUID') && !flag(it, 'clustered'))
    .map((it) => ({ name: text(it, find(it, 0, 'name')!), spec: without(it, 'ns') }))
    .filter((it) => it.name !== '_id_');
}

/** Equal but for the order of options, and for what `leaveOut` names. Empty when equal, else the first difference. */
export function differenceOf(a: Buffer, b: Buffer, leaveOut: readonly string[] = []): string | undefined {
  const [x, y] = [fieldsOf(a), fieldsOf(b)];
  for (const name of new Set([...x.keys(), ...y.keys()])) {
    if (meaningless.includes(name) || leaveOut.includes(name)) continue;
    if (name === 'expireAfterSeconds' && number(a, name) === number(b, name)) continue;
    if (['hidden', 'unique', 'sparse', 'prepareUnique'].includes(name) && flag(a, name) === flag(b, name)) continue;
    const [left, right] = [x.get(name), y.get(name)];
    if (!left || !right || !left.equals(right)) return name;
  }
  return undefined;
}

/**
 * What an index is until the cutover. Not unique, since a copy taken over time may see the old and the new holder of a
 * key; not expiring, since the source expires documents itself and tells so.
 */
function subdued(spec: Buffer): Buffer {
  const rest = without(spec, 'unique', 'prepareUnique', 'expireAfterSeconds');
  if (!find(spec, 0, 'expireAfterSeconds')) return rest;
  return join([rest.subarray(4, -1), ...int('expireAfterSeconds', NEVER)]);
}

/** Makes the secondary indexes of a destination collection those of the source; `final` also in all their strictness. */
export async function matchIndexes(
  source: Deployment,
  destination: Deployment,
  from: Place,
  to: Place,
  final: boolean,
  wire: Wire = destination.control,
): Promise<void> {
  const wanted = await listIndexes(source, from);
  const present = new Map((await listIndexes(destination, to)).map((it) => [it.name, it]));
  const missing: Index[] = [];
  for (const index of wanted) {
    const there = present.get(index.name);
    present.delete(index.name);
    if (there && differenceOf(index.spec, there.spec, mutable) !== undefined) {
      await drop(wire, to, index.name);
      missing.push(index);
    } else if (!there) missing.push(index);
    else if (final) await tighten(wire, to, index, there);
  }
  for (const name of present.keys()) await drop(wire, to, name);
  if (final) return create(wire, to, missing);
  // Two indexes on one key that differ in uniqueness alone would be one; the unique one waits.
  const keys = new Set(wanted.filter((it) => !flag(it.spec, 'unique')).map((it) => keyOf(it.spec)));
  const buildable = missing.filter((it) => !flag(it.spec, 'unique') || !keys.has(keyOf(it.spec)));
  await createTolerant(
    wire,
    to,
    buildable.map((it) => ({ name: it.name, spec: subdued(it.spec) })),
  );
}

const SIMPLE = Buffer.from(BSON.serialize({ locale: 'simple' }));

/**
 * An index without a collation is listed without one, but made without one it would take that of its collection. Its
 * version is the destination's: indexes of the first one, which old sources have, take no collation.
 */
function explicit(spec: Buffer): Buffer {
  const rest = without(spec, 'v');
  return find(rest, 0, 'collation') ? rest : join([rest.subarray(4, -1), ...doc('collation', SIMPLE)]);
}

/**
 * A text index is listed with the two fields that it is kept by, `_fts` and `_ftsx`. With an expiry, which it may have and
 * which does nothing, it is only made from the one field that it was made from.
 */
function asMade(spec: Buffer): Buffer {
  const weights = documentAt(spec, 0, 'weights');
  if (!weights || !find(spec, 0, 'expireAfterSeconds')) return spec;
  const [field] = elements(weights);
  return join([without(spec, 'key').subarray(4, -1), ...doc('key', join(str(field!.name, 'text')))]);
}

async function create(wire: Wire, at: Place, indexes: Index[]): Promise<void> {
  if (!indexes.length) return;
  const specs = indexes.flatMap((it, n) => raw(T.document, String(n), explicit(asMade(it.spec))));
  await wire.send(at.db, [
    elementsOf({ createIndexes: at.name }),
    ...raw(T.array, 'indexes', join(specs)),
    writeMajority(),
  ]);
}

/** A document of a moment between may not fit an index that the source holds by now; the cutover builds what is left. */
async function createTolerant(wire: Wire, at: Place, indexes: Index[]): Promise<void> {
  try {
    await create(wire, at, indexes);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    for (const index of indexes) {
      await create(wire, at, [index]).catch((again) => {
        if (!(again instanceof CommandFailed)) throw again;
      });
    }
  }
}

/** Keeps what is there from expiring until the cutover, which gives every index and collection its seconds again. */
export async function holdExpiry(destination: Deployment, at: Place, isClustered: boolean): Promise<void> {
  const modify = (change: object) =>
    destination.attempt(
      at.db,
      { collMod: at.name, ...change, writeConcern: { w: 'majority' } },
      Code.namespaceNotFound,
      Code.indexNotFound,
    );
  if (isClustered) await modify({ expireAfterSeconds: 'off' });
  for (const { name, spec } of await listIndexes(destination, at)) {
    if (find(spec, 0, 'expireAfterSeconds')) await modify({ index: { name, expireAfterSeconds: NEVER } });
  }
}

async function drop(wire: Wire, at: Place, index: string): Promise<void> {
  try {
    await wire.command(at.db, { dropIndexes: at.name, index, writeConcern: { w: 'majority' } });
  } catch (error) {
    if (!hasCode(error, Code.indexNotFound, Code.namespaceNotFound)) throw error;
  }
}

/** Gives an index built in its subdued form what it lacks. */
async function tighten(wire: Wire, at: Place, wanted: Index, there: Index): Promise<void> {
  if (differenceOf(wanted.spec, there.spec) === undefined) return;
  const modify = (change: object) =>
    wire.command(at.db, {
      collMod: at.name,
      index: { name: wanted.name, ...change },
      writeConcern: { w: 'majority' },
    });
  const [hidden, expire] = [flag(wanted.spec, 'hidden'), number(wanted.spec, 'expireAfterSeconds')];
  if (hidden !== flag(there.spec, 'hidden')) await modify({ hidden });
  if (expire !== undefined && expire !== number(there.spec, 'expireAfterSeconds')) {
    await modify({ expireAfterSeconds: expire });
  }
  if (flag(wanted.spec, 'unique') && !flag(there.spec, 'unique')) {
    await modify({ prepareUnique: true });
    await modify({ unique: true });
  }
  const now = (await listRaw(wire, at.db, { listIndexes: at.name })).find(
    (it) => text(it, find(it, 0, 'name')!) === wanted.name,
  );
  if (now && differenceOf(wanted.spec, now) === undefined) return;
  // Nothing that `collMod` can express; indexes are only ever made whole this way then.
  await drop(wire, at, wanted.name);
  await create(wire, at, [wanted]);
}

/** Drops the secondary index with this key, whatever its name. */
export async function dropIndexOn(deployment: Deployment, at: Place, key: Record<string, unknown>): Promise<void> {
  const names = Object.keys(key).join();
  for (const index of await listIndexes(deployment, at)) {
    const fields = namesIn(documentAt(index.spec, 0, 'key')!);
    if (fields === names && flag(index.spec, 'unique')) await drop(deployment.control, at, index.name);
  }
}

function namesIn(document: Buffer): string {
  const names: string[] = [];
  for (const it of elements(document)) names.push(it.name);
  return names.join();
}
