import { bool, doc, documentAt, find, join, numberAt, raw, str, T, without } from './bson.ts';
import type { Deployment } from './deployment.ts';
import { Code, hasCode } from './errors.ts';
import { knownAs } from './scope.ts';
import { type Catalogue, type Collection, fieldsOf, inOrder, namespaceOf, type View } from './segment.ts';
import { elementsOf, type Wire, writeMajority } from './wire.ts';

const EMPTY = Buffer.from([5, 0, 0, 0, 0]);
/** Not for `create`: the index of `_id` follows from the rest, `temp` ends with a restart, expiry waits. */
const notForCreate = ['idIndex', 'temp', 'uuid', 'expireAfterSeconds', 'autoIndexId'];

export const isCapped = (options: Buffer): boolean => {
  const element = find(options, 0, 'capped');
  return element?.type === T.bool && options[element.value] === 1;
};

/** What follows from the rest for the buckets of a time series, and may differ between versions. */
const ofBuckets = ['validator', 'clusteredIndex'];

const isTimeSeries = (options: Buffer): boolean => find(options, 0, 'timeseries') !== undefined;

/** Makes a collection with the options of the source, but nothing yet that expires. */
export async function createCollection(
  wire: Wire,
  at: { db: string; name: string },
  options: Buffer,
): Promise<'made' | 'there'> {
  // A clustered collection can be converted to a capped one, but not be made as one.
  const convert = isCapped(options) && find(options, 0, 'clusteredIndex') !== undefined;
  const implied = [...(convert ? ['capped', 'size', 'max'] : []), ...(isTimeSeries(options) ? ofBuckets : [])];
  const kept = without(options, ...notForCreate, ...implied);
  const toCapped = async () => {
    const size = numberAt(options, find(options, 0, 'size')!);
    await wire.command(at.db, { convertToCapped: at.name, size, writeConcern: { w: 'majority' } });
  };
  try {
    await wire.send(at.db, [Buffer.concat(str('create', knownAs(at.name))), kept.subarray(4, -1), writeMajority()]);
  } catch (error) {
    if (!hasCode(error, Code.namespaceExists)) throw error;
    // Whoever made it was cut off before it was converted.
    if (convert && (await isUntouched(wire, at))) await toCapped();
    return 'there';
  }
  if (convert) await toCapped();
  return 'made';
}

/** Clustered, not capped, and without a document. */
async function isUntouched(wire: Wire, at: { db: string; name: string }): Promise<boolean> {
  const filter = { name: at.name, 'options.clusteredIndex': { $exists: true }, 'options.capped': { $ne: true } };
  const { cursor } = await wire.command(at.db, { listCollections: 1, filter });
  if (!cursor.firstBatch.length) return false;
  const found = await wire.command(at.db, { find: at.name, limit: 1, singleBatch: true });
  return !found.cursor.firstBatch.length;
}

export async function dropCollection(destination: Deployment, at: { db: string; name: string }): Promise<void> {
  await destination.attempt(at.db, { drop: knownAs(at.name), writeConcern: { w: 'majority' } }, Code.namespaceNotFound);
}

/** `create` keeps some options as they are by default, `collMod` others; what says nothing is left out. */
export function normalized(options: Buffer): Map<string, string> {
  const fields = fieldsOf(options);
  const out = new Map<string, string>();
  const validator = documentAt(options, 0, 'validator');
  const validates = validator && validator.length > 5;
  for (const [name, value] of fields) {
    if (['temp', 'uuid', 'idIndex', 'autoIndexId'].includes(name)) continue;
    if (isTimeSeries(options) && ofBuckets.includes(name)) continue;
    if (!validates && ['validator', 'validationLevel', 'validationAction'].includes(name)) continue;
    if (name === 'changeStreamPreAndPostImages' && !imagesEnabled(options)) continue;
    const element = find(options, 0, name)!;
    out.set(name, String(numberAt(options, element) ?? value.toString('latin1')));
  }
  return out;
}

function imagesEnabled(options: Buffer): boolean {
  const images = documentAt(options, 0, 'changeStreamPreAndPostImages');
  const enabled = images && find(images, 0, 'enabled');
  return Boolean(enabled && images[enabled.value] === 1);
}

export function optionsDiffer(a: Buffer, b: Buffer): string | undefined {
  const [x, y] = [normalized(a), normalized(b)];
  for (const name of new Set([...x.keys(), ...y.keys()])) if (x.get(name) !== y.get(name)) return name;
  return undefined;
}

/** Changes the options of a destination collection to those of the source; `final` lets documents expire again. */
export async function matchOptions(
  destination: Deployment,
  wanted: Collection,
  there: Collection,
  final: boolean,
): Promise<void> {
  const [x, y] = [normalized(wanted.options), normalized(there.options)];
  const changed = (name: string) => x.get(name) !== y.get(name);
  const copy = (name: string, as = name): Buffer[] => {
    const element = find(wanted.options, 0, name);
    return element ? raw(element.type, as, wanted.options.subarray(element.value, element.end)) : [];
  };
  const changes: Buffer[] = [];
  if (changed('validator') || changed('validationLevel') || changed('validationAction')) {
    if (x.has('validator'))
      changes.push(...['validator', 'validationLevel', 'validationAction'].flatMap((it) => copy(it)));
    else changes.push(...doc('validator', EMPTY));
  }
  if (changed('changeStreamPreAndPostImages')) {
    changes.push(...doc('changeStreamPreAndPostImages', join(bool('enabled', imagesEnabled(wanted.options)))));
  }
  if (x.get('capped') === y.get('capped')) {
    if (changed('size')) changes.push(...copy('size', 'cappedSize'));
    if (changed('max')) changes.push(...copy('max', 'cappedMax'));
  }
  if (changed('timeseries')) changes.push(...doc('timeseries', spanOf(wanted.options)));
  if (final && changed('expireAfterSeconds')) {
    changes.push(...(x.has('expireAfterSeconds') ? copy('expireAfterSeconds') : str('expireAfterSeconds', 'off')));
  }
  if (!changes.length) return;
  await destination.control.send(there.db, [
    Buffer.concat(str('collMod', knownAs(there.name))),
    ...changes,
    writeMajority(),
  ]);
}

/** How long a bucket of a time series spans, as `collMod` takes it: by a name, or in seconds. */
function spanOf(options: Buffer): Buffer {
  const series = documentAt(options, 0, 'timeseries')!;
  const other = find(series, 0, 'granularity') ? ['bucketMaxSpanSeconds', 'bucketRoundingSeconds'] : ['granularity'];
  return without(series, 'timeField', 'metaField', ...other);
}

/** Makes the views of the source, each after what it stands on. Views that are there but differ are made again. */
export async function matchViews(destination: Deployment, source: Catalogue, there: Catalogue): Promise<void> {
  const present = new Map(there.views.map((it) => [namespaceOf(it), it]));
  for (const view of inOrder(source.views)) {
    const old = present.get(namespaceOf(view));
    if (old && sameView(view, old)) continue;
    if (old) await dropCollection(destination, view);
    await destination.control.send(view.db, [
      Buffer.concat(str('create', view.name)),
      view.options.subarray(4, -1),
      elementsOf({ writeConcern: { w: 'majority' } }),
    ]);
  }
}

export function sameView(a: View, b: View): boolean {
  return optionsDiffer(a.options, b.options) === undefined;
}
