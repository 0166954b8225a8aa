// What a reader of the oplog must get right and no scenario shows: what is not committed, what was begun earlier.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BSON, type Document, MongoClient, Timestamp, UUID } from 'mongodb';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { startProxy } from '../../testing/migration/proxy.ts';
import { loose, numbered } from '../../testing/migration/scenario.ts';
import { until } from '../../testing/wait.ts';
import { ensureUser, freePort, type MemberSpec, removeMember, startMember, stopMember } from '../mongod/index.ts';
import { Deployment } from './deployment.ts';
import type { Change, Feed } from './feed.ts';
import { compareDeployments, type MigrationOptions } from './index.ts';
import { OplogFeed } from './oplog.ts';
import { changesOf } from './oplog-changes.ts';
import { parseEntry } from './oplog-entry.ts';

let sets: Sets;
before(async () => {
  sets = await startSets({ source: { options: ['--setParameter', 'enableTestCommands=1'] } });
});
after(() => sets.end());

const same = async () =>
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);

/** What the engine says it follows. */
async function readerOf(options: Partial<MigrationOptions>): Promise<string> {
  const migration = migrate(sets, { changes: 'auto', ...options });
  migration.cutover();
  const { changesFrom } = await migration.run();
  assert.equal(migration.progress().changesFrom, changesFrom);
  return changesFrom;
}

test('the oplog is read where that is allowed, the change stream otherwise or when asked for', async () => {
  await clear(sets);
  await loose(sets.source.client.db('shop')).insertMany(numbered(3));
  const user = { user: 'reader', password: 'reader', roles: [{ role: 'readAnyDatabase', db: 'admin' }] };
  await ensureUser(sets.source.admin, user);
  const restricted = sets.source.uri.replace(/\/\/[^@]+@/, '//reader:reader@');
  assert.equal(await readerOf({}), 'oplog');
  assert.equal(await readerOf({ changes: 'change-stream' }), 'change-stream');
  assert.equal(await readerOf({ source: restricted }), 'change-stream');
  await assert.rejects(readerOf({ source: restricted, changes: 'oplog' }), /may not read local\.oplog\.rs/);
});

test('what one reader has begun goes on after the other was asked for', async () => {
  for (const [first, second] of [
    ['oplog', 'change-stream'],
    ['change-stream', 'oplog'],
  ] as const) {
    await clear(sets);
    const db = sets.source.client.db('shop');
    await loose(db).insertMany(numbered(50));
    const id = `from ${first}`;
    const begun = migrate(sets, { id, changes: first });
    const run = begun.run();
    await begun.until(ready);
    await loose(db).updateMany({}, { $set: { a: 1 } });
    await begun.until((p) => p.changesApplied >= 50);
    await begun.stop();
    await assert.rejects(run, { name: 'MigrationStopped' });
    await loose(db).updateMany({}, { $set: { b: 1 }, $unset: { a: 1 } });
    const migration = migrate(sets, { id, changes: second });
    migration.cutover();
    await migration.run();
    await same();
  }
});

test('where the oplog holds what is not known, the change stream is followed instead, unless the oplog is insisted on', async (t) => {
  const line = await startProxy(sets.source.spec.port, (chunk) =>
    Buffer.from(chunk.toString('latin1').replaceAll('dbCheck\0', 'newWord\0'), 'latin1'),
  );
  t.after(() => line.close());
  for (const changes of ['auto', 'oplog'] as const) {
    await clear(sets);
    const db = sets.source.client.db('shop');
    await loose(db).insertMany(numbered(50));
    const migration = migrate(sets, { changes, source: sets.source.through(line.port) });
    t.after(() => migration.stop());
    const done = migration.run();
    await migration.until(ready);
    assert.equal(migration.progress().changesFrom, 'oplog');
    await loose(db).updateMany({}, { $set: { a: 1 } });
    await db.command({ dbCheck: 'c' });
    await loose(db).updateMany({}, { $set: { b: 1 } });
    if (changes === 'oplog') {
      await assert.rejects(done, /"newWord" in shop\.c, which is not known here/);
      continue;
    }
    await migration.until((p) => p.changesFrom === 'change-stream' && ready(p));
    migration.cutover();
    await done;
    await same();
  }
});

test('a prepared transaction counts when it is committed, also when the reading began after it was prepared', async (t) => {
  await clear(sets);
  // Only the members of a sharded cluster prepare transactions.
  const member = { user: 'member', password: 'member', roles: [{ role: '__system', db: 'admin' }] };
  await ensureUser(sets.source.admin, member);
  const client = new MongoClient(sets.source.uri.replace(/\/\/[^@]+@/, '//member:member@'));
  t.after(() => client.close());
  const db = client.db('shop');
  for (const name of ['kept', 'dropped', 'other']) await loose(db, name).insertMany(numbered(10));
  const id = 'prepared';
  const first = migrate(sets, { id });
  t.after(() => first.stop());
  const firstRun = first.run();
  await first.until(ready);
  const prepare = async (name: string) => {
    const session = client.startSession();
    session.startTransaction();
    await loose(db, name).insertOne({ _id: 'new' }, { session });
    await loose(db, name).updateMany({ n: { $lt: 5 } }, { $inc: { n: 100 } }, { session });
    const prepared = { prepareTransaction: 1, writeConcern: { w: 'majority' } };
    const { prepareTimestamp } = await client.db('admin').command(prepared, { session });
    return { session, prepareTimestamp };
  };
  const [kept, dropped] = [await prepare('kept'), await prepare('dropped')];
  await loose(db, 'other').updateMany({}, { $set: { after: true } });
  await first.until((p) => p.changesApplied >= 10);
  assert.equal(await loose(sets.destination.client.db('shop'), 'kept').countDocuments({ n: { $gte: 100 } }), 0);
  await first.stop();
  await assert.rejects(firstRun, { name: 'MigrationStopped' });
  const second = migrate(sets, { id });
  t.after(() => second.stop());
  const done = second.run();
  await second.until(ready);
  const { session, prepareTimestamp } = kept;
  await client.db('admin').command({ commitTransaction: 1, commitTimestamp: prepareTimestamp }, { session });
  await dropped.session.abortTransaction();
  second.cutover();
  await done;
  assert.equal(await loose(sets.destination.client.db('shop'), 'kept').countDocuments({ n: { $gte: 100 } }), 5);
  await same();
});

const uuid = new UUID();
const entry = (it: Document): Change[] => {
  const found: Change[] = [];
  const bytes = Buffer.from(BSON.serialize({ ts: new Timestamp({ t: 5, i: 1 }), ns: 'shop.$cmd', ui: uuid, ...it }));
  changesOf(parseEntry(bytes, 0), 1n, found);
  return found;
};
const [one] = [{ op: 'i', ns: 'shop.c', ui: uuid, o: { _id: 1 } }];

test('commands within commands count, those of no consequence do not, and what is not known ends the migration', () => {
  const nested = entry({ op: 'c', o: { applyOps: [one, { op: 'c', ns: 'admin.$cmd', o: { applyOps: [one] } }] } });
  assert.deepEqual(
    nested.map((it) => [it.kind, it.uuid, it.name]),
    Array.from({ length: 2 }, () => ['insert', uuid.toHexString(false), 'c']),
  );
  for (const command of ['createIndexes', 'commitIndexBuild']) {
    assert.equal(entry({ op: 'c', o: { [command]: 'c' } })[0]!.kind, 'createIndexes');
  }
  for (const command of ['startIndexBuild', 'abortIndexBuild', 'dropDatabase', 'dbCheck']) {
    assert.deepEqual(entry({ op: 'c', o: { [command]: 'c' } }), []);
  }
  assert.equal(entry({ op: 'c', o: { emptycapped: 'c' } })[0]!.kind, 'empty');
  assert.deepEqual(entry({ op: 'c', o: { applyOps: [one], partialTxn: true } }), []);
  assert.deepEqual(entry({ op: 'c', o: { applyOps: [one], prepare: true } }), []);
  assert.deepEqual(entry({ op: 'n', o: { msg: 'nothing' } }), []);
  assert.throws(() => entry({ op: 'c', o: { somethingNew: 'c' } }), /"somethingNew" in shop\.\$cmd/);
  assert.throws(() => entry({ op: 'z', ns: 'shop.c', o: {} }), /kind "z"/);
  assert.deepEqual(entry({ op: 'c', ns: 'config.$cmd', o: { somethingNew: 'c' } }), []);
});

test('an update is a diff, a whole document, or neither', () => {
  const update = (o: Document) => entry({ op: 'u', ns: 'shop.c', o2: { _id: 1 }, o })[0]!;
  assert.ok(update({ $v: 2, diff: { u: { a: 1 } } }).diff);
  assert.equal(update({ _id: 1, $v: 2, diff: 5 }).kind, 'replace');
  const old = update({ $v: 1, $set: { a: 1 } });
  assert.deepEqual([old.kind, old.diff, old.document], ['update', undefined, undefined]);
});

/** Changes of user databases until there are none. */
async function drain(feed: Feed): Promise<Change[]> {
  const all: Change[] = [];
  for (let empty = 0; empty < 2; ) {
    const { events } = await feed.next(300);
    all.push(...events);
    empty = events.length ? 0 : empty + 1;
  }
  return all;
}

test('a write that the majority does not have is not read, since it may be rolled back', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-oplog-'));
  const specs: MemberSpec[] = [];
  for (const name of ['first', 'second', 'arbiter']) {
    const port = await freePort(new Set(specs.map((it) => it.port)));
    specs.push({ ...sets.source.spec, name, dir: join(dir, name), port, replSet: 'psa', cacheGB: 0.25 });
  }
  t.after(async () => {
    await Promise.all(specs.map((it) => removeMember(it)));
    rmSync(dir, { recursive: true, force: true });
  });
  await Promise.all(specs.map((it) => startMember(it)));
  const [first, second] = specs as [MemberSpec, MemberSpec];
  const members = specs.map(({ port, name }, _id) => ({
    ...{ _id, host: `127.0.0.1:${port}`, priority: name === 'first' ? 1 : 0 },
    arbiterOnly: name === 'arbiter',
  }));
  const direct = new MongoClient(`mongodb://127.0.0.1:${first.port}/?directConnection=true`);
  t.after(() => direct.close());
  await direct.db('admin').command({ replSetInitiate: { _id: 'psa', members } });
  const admin = direct.db('admin');
  await until(
    () => admin.command({ hello: 1 }),
    (it) => it.isWritablePrimary,
    60_000,
  );
  await admin.command({ createUser: 'root', pwd: 'root', roles: ['root'] });
  const uri = `mongodb://root:root@127.0.0.1:${first.port}/?directConnection=true`;
  const source = await Deployment.connect(uri);
  t.after(() => source.close());
  const client = new MongoClient(uri);
  t.after(() => client.close());
  // With an arbiter the server wants to be told what a write waits for by default.
  await client.db('admin').command({ setDefaultRWConcern: 1, defaultWriteConcern: { w: 1 } });
  await client
    .db('shop')
    .collection('c')
    .insertOne({ n: 1 }, { writeConcern: { w: 'majority' } });
  const { operationTime: at } = await until(
    () => source.command('admin', { ping: 1 }),
    (it) => it.operationTime,
    60_000,
  );
  const feed = new OplogFeed(await source.open(), at);
  await feed.open();
  await stopMember(second, { force: true });
  await client
    .db('shop')
    .collection('c')
    .insertOne({ n: 2 }, { writeConcern: { w: 1 } });
  assert.deepEqual(await drain(feed), []);
  await startMember(second);
  const kinds = await until(
    async () => (await feed.next(1_000)).events.map((it) => it.kind),
    (it) => it.length > 0,
    60_000,
  );
  assert.deepEqual(kinds, ['insert']);
});
