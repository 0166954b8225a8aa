// What a difference is about: which documents differ, and what the oplog of the source says of them.
import { createHash } from 'node:crypto';
import { BSON, type Db, type Document, type MongoClient, type Timestamp } from 'mongodb';
import { userDatabases } from '../equal.ts';

const MOST = 8;
const show = (value: unknown): string => BSON.EJSON.stringify(value as Document, { relaxed: false });
const at = (ts: Timestamp): string => `${ts.getHighBits() >>> 0}:${ts.getLowBits() >>> 0}`;

interface Found {
  id: unknown;
  digest: string;
}

async function documentsOf(db: Db, name: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for await (const bytes of db.collection(name).find({}, { raw: true })) {
    const raw = bytes as unknown as Buffer;
    const { _id: id } = BSON.deserialize(raw, { promoteValues: false });
    found.set(show({ id }), { id, digest: createHash('sha256').update(raw).digest('base64') });
  }
  return found;
}

/** One line per operation of the source on this document, in order; those of a transaction stand in its entry. */
async function historyOf(client: MongoClient, ns: string, id: unknown): Promise<string[]> {
  const its = ['o._id', 'o2._id', 'o.applyOps.o._id', 'o.applyOps.o2._id'].map((field) => ({ [field]: id }));
  const lines: string[] = [];
  for await (const entry of client
    .db('local')
    .collection('oplog.rs')
    .find({ $or: its as Document[] })) {
    const inside = (entry.o.applyOps ?? [entry]) as Document[];
    for (const it of inside) {
      if (![it.o?._id, it.o2?._id].some((found) => show({ id: found }) === show({ id }))) continue;
      const how = entry.o.applyOps ? ` in transaction ${entry.txnNumber}` : '';
      lines.push(`${at(entry.ts)} ${it.op} ${it.ns}${it.ns === ns ? '' : ' (elsewhere)'}${how}`);
    }
  }
  return lines;
}

/** Which documents of which collections differ, a few of each, with what happened to them on the source. */
export async function diagnose(source: MongoClient, destination: MongoClient): Promise<string[]> {
  // Kept by a migration that failed: what was done on the source until then was to be copied, what came later followed.
  const kept = destination.db('telamon_migration');
  const names = (await kept.listCollections({}, { nameOnly: true }).toArray()).map((it) => it.name);
  const migrations = names.filter((it) => it.startsWith('migrations.'));
  const checkpoints = (await Promise.all(migrations.map((it) => kept.collection(it).find().toArray()))).flat();
  const lines = checkpoints.map((it) => `followed from ${at(it.at)}, stage ${it.stage}, ${it.changes} changes`);
  for (const name of await userDatabases(source)) {
    const [from, to] = [source.db(name), destination.db(name)];
    for (const it of await from.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()) {
      if (it.name.startsWith('system.')) continue;
      const [here, there] = [await documentsOf(from, it.name), await documentsOf(to, it.name)];
      const different = [...new Set([...here.keys(), ...there.keys()])].filter(
        (key) => here.get(key)?.digest !== there.get(key)?.digest,
      );
      for (const key of different.slice(0, MOST)) {
        const [a, b] = [here.get(key), there.get(key)];
        const what = a && b ? 'differs' : a ? 'is not on the destination' : 'is on the destination alone';
        const history = await historyOf(source, `${name}.${it.name}`, (a ?? b)!.id);
        lines.push(`${name}.${it.name}: ${key} ${what}; the source did: ${history.join(', ') || 'nothing'}`);
      }
      if (different.length > MOST) lines.push(`${name}.${it.name}: ${different.length} documents differ in all`);
    }
  }
  return lines;
}
