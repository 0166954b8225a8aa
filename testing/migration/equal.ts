import { BSON, type Db, type Document, type MongoClient } from 'mongodb';

const own = new Set(['admin', 'local', 'config', 'telamon_migration']);

export async function userDatabases(client: MongoClient): Promise<string[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  return databases.map((it) => it.name).filter((it) => !own.has(it));
}

/** Objects as text in which types and the order of `key` count but the order of options does not. */
const canonical = (it: Document): string =>
  Object.keys(it)
    .sort()
    .map((name) => `${name}=${BSON.EJSON.stringify(it[name], { relaxed: false })}`)
    .join(' ');

const exact = { promoteValues: false };

/** What a database holds, one line each: collections with options and content, their indexes, views. */
async function linesOf(db: Db): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  const hashes = (await db.command({ dbHash: 1 })).collections as Record<string, string>;
  for (const it of await db.listCollections({}, { ...exact, nameOnly: false }).toArray()) {
    const name = String(it.name);
    // The views of a database are listed as such too.
    if (name === 'system.views') continue;
    const { uuid: _its, ...options } = it.options as Document;
    // `collMod` with an empty validator leaves them behind where there was none: they rule over nothing.
    if (!options.validator) {
      delete options.validationAction;
      delete options.validationLevel;
    }
    lines.set(`${name}`, `${it.type} ${canonical(options)}`);
    if (String(it.type) !== 'collection') continue;
    lines.set(`${name} content`, hashes[name] ?? `${await db.collection(name).countDocuments()} documents`);
    for (const index of await db.collection(name).listIndexes(exact).toArray()) {
      const { v: _version, ns: _ns, background: _how, ...spec } = index;
      lines.set(`${name} index ${index.name}`, canonical(spec));
    }
  }
  return lines;
}

/**
 * How two databases differ, one line each; empty when they are equal. By what mongod itself says (`dbHash`, and its lists
 * through the driver), so that an oversight of the engine's own comparison does not hide here too.
 */
export async function differencesOf(source: Db, destination: Db): Promise<string[]> {
  const [a, b] = await Promise.all([linesOf(source), linesOf(destination)]);
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((it) => a.get(it) !== b.get(it))
    .map((it) => `${source.databaseName}.${it}: ${a.get(it) ?? 'absent'} | ${b.get(it) ?? 'absent'}`);
}
