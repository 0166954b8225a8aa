// A cutover that holds the source's writes back itself: nothing is lost though nobody stops the application.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { type Collection, MongoClient, MongoServerError } from 'mongodb';
import { telamon } from '../../testing/migration/commands.ts';
import { clear, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { until } from '../../testing/wait.ts';

/** What mongod says to whoever writes while writes are held back. */
const BLOCKED = 371;
const COLLECTIONS = 10;

let sets: Sets;
let app: MongoClient;
before(async () => {
  sets = await startSets();
  const admin = sets.source.client.db('admin');
  await admin.command({ createUser: 'app', pwd: 'app', roles: ['readWriteAnyDatabase'] });
  await admin.command({ createUser: 'reader', pwd: 'reader', roles: ['readAnyDatabase'] });
  app = await new MongoClient(as('app')).connect();
});
after(async () => {
  await app.close();
  await sets.end();
});
beforeEach(async () => {
  await clear(sets);
  for (let n = 0; n < COLLECTIONS; n++) await app.db('shop').collection(`c${n}`).insertOne({ n });
  await app.db('shop').collection('c5').createIndex({ n: 1 }, { unique: true });
});
afterEach(() => sets.source.client.db('admin').command({ setUserWriteBlockMode: 1, global: false }));

function as(user: string): string {
  const uri = new URL(sets.source.uri);
  uri.username = user;
  uri.password = user;
  return uri.href;
}

const orders = (client: MongoClient): Collection<{ _id: number }> => client.db('shop').collection('orders');

/** Writes until it is refused; gives what was acknowledged by then. */
function keepWriting(): { refused: Promise<number>; stop(): void } {
  let over = false;
  const work = async () => {
    for (let n = 0; ; n++) {
      try {
        if (over) return n;
        await orders(app).insertOne({ _id: n });
      } catch (error) {
        if (error instanceof MongoServerError && error.code === BLOCKED) return n;
        throw error;
      }
    }
  };
  return {
    refused: work(),
    stop() {
      over = true;
    },
  };
}

const writes = () =>
  app
    .db('shop')
    .collection('c0')
    .insertOne({})
    .then(
      () => 'allowed',
      (error) => error.code,
    );

/** Until what it gives is called no cutover ends: an index has to become unique, and a transaction is in its way. */
async function inTheWay(): Promise<() => Promise<void>> {
  const session = sets.destination.client.startSession();
  session.startTransaction();
  await sets.destination.client.db('shop').collection('c5').findOne({}, { session });
  return async () => {
    await session.abortTransaction();
    await session.endSession();
  };
}

const state = () => ['--state-dir', join(sets.dir, 'state')];
const migrate = (source: string, ...more: string[]) =>
  telamon('migrate', '--source', source, '--destination', sets.destination.uri, ...state(), ...more);
const cutover = (id: string, ...more: string[]) => telamon('cutover', id, ...state(), ...more).ended;

async function ready(run: ReturnType<typeof telamon>): Promise<string> {
  await run.line(/Ready/);
  return run.said(/telamon cutover ([0-9a-f]+)/)!;
}

async function assertEqual(): Promise<void> {
  const both = ['--source', sets.source.uri, '--destination', sets.destination.uri];
  const { code, out, err } = await telamon('verify', ...both).ended;
  assert.equal(code, 0, out + err);
}

test('a writer that nobody stops is refused from the cutover on, and all that it was promised is there', async () => {
  const run = migrate(sets.source.uri, '--json');
  const id = await ready(run);
  const writer = keepWriting();
  await until(
    () => orders(app).countDocuments(),
    (it) => it > 20,
  );
  const told = await cutover(id, '--block-writes');
  assert.equal(told.code, 0, told.err);
  const promised = await writer.refused;
  const { code, out, err } = await run.ended;
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).writesBlocked, true);
  assert.match(err, /The source still refuses writes/);
  assert.equal(await orders(sets.destination.client).countDocuments(), promised);
  assert.equal(await writes(), BLOCKED);
  await assertEqual();
});

test('killed while writes are held back, it finishes the cutover the next time, and they are held back all the while', async () => {
  process.env.TELAMON_LOG_LEVEL = 'info';
  const run = migrate(sets.source.uri);
  delete process.env.TELAMON_LOG_LEVEL;
  const id = await ready(run);
  const writer = keepWriting();
  const clearWay = await inTheWay();
  const held = run.line(/the writes of the source are held back/);
  void cutover(id, '--block-writes');
  await held;
  run.child.kill('SIGKILL');
  assert.equal((await run.ended).code, null, 'it was killed before its end');
  await clearWay();
  const promised = await writer.refused;
  assert.equal(await writes(), BLOCKED);

  const again = await migrate(sets.source.uri, '--json').ended;
  assert.equal(again.code, 0, again.err);
  assert.equal(JSON.parse(again.out).writesBlocked, true);
  assert.equal(await writes(), BLOCKED);
  assert.equal(await orders(sets.destination.client).countDocuments(), promised);
  await assertEqual();
});

test('a cutover that is given up lets writes in again, and so does one that fails', async () => {
  process.env.TELAMON_LOG_LEVEL = 'info';
  const run = migrate(sets.source.uri);
  const id = await ready(run);
  const clearWay = await inTheWay();
  const held = run.line(/the writes of the source are held back/);
  void cutover(id, '--block-writes');
  await held;
  run.child.kill('SIGINT');
  assert.equal((await run.ended).code, 130);
  await clearWay();
  assert.equal(await writes(), 'allowed');

  const second = migrate(sets.source.uri);
  delete process.env.TELAMON_LOG_LEVEL;
  assert.equal(await ready(second), id, 'it waits for another cutover');
  await sets.destination.client.db('shop').collection('c1').insertOne({ by: 'somebody else' });
  const failing = second.line(/the writes of the source are held back/);
  void cutover(id, '--block-writes');
  await failing;
  const { code, err } = await second.ended;
  assert.equal(code, 1);
  assert.match(err, /does not equal the source after the cutover: shop\.c1/);
  assert.equal(await writes(), 'allowed');
});

test('a source that does not let its user hold writes back is refused, and the migration goes on', async () => {
  const early = await migrate(as('reader'), '--block-writes').ended;
  assert.equal(early.code, 1);
  assert.match(
    early.err,
    /cannot be held back: its user lacks setUserWriteBlockMode\. Grant its user the role backup, or/,
  );

  const run = migrate(as('reader'), '--json');
  const id = await ready(run);
  const refused = await cutover(id, '--block-writes');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /cannot be held back: its user lacks setUserWriteBlockMode/);
  assert.equal(await writes(), 'allowed');
  assert.equal((await cutover(id)).code, 0);
  const { code, out, err } = await run.ended;
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).writesBlocked, false);
});

test('killed while writes are held back, and what the destination knew is gone: the same command lets them in first', async () => {
  process.env.TELAMON_LOG_LEVEL = 'info';
  const run = migrate(sets.source.uri);
  delete process.env.TELAMON_LOG_LEVEL;
  const id = await ready(run);
  const clearWay = await inTheWay();
  const held = run.line(/the writes of the source are held back/);
  void cutover(id, '--block-writes');
  await held;
  run.child.kill('SIGKILL');
  await run.ended;
  await clearWay();
  await sets.destination.client.db('telamon_migration').dropDatabase();
  assert.equal(await writes(), BLOCKED);

  const again = await migrate(sets.source.uri).ended;
  assert.match(again.err, /writes of the source, which an earlier run held back, are let in again/);
  assert.match(again.err, /already holds namespaces of the source/);
  assert.equal(await writes(), 'allowed');
});

test('writes that somebody else held back are never let in by a migration', async () => {
  await sets.source.client.db('admin').command({ setUserWriteBlockMode: 1, global: true });
  process.env.TELAMON_LOG_LEVEL = 'info';
  const run = migrate(sets.source.uri, '--json', '--reversible');
  delete process.env.TELAMON_LOG_LEVEL;
  const id = await ready(run);
  const clearWay = await inTheWay();
  const seen = run.line(/are held back already, by somebody else/);
  void cutover(id, '--block-writes');
  await seen;
  run.child.kill('SIGINT');
  assert.equal((await run.ended).code, 130);
  await clearWay();
  assert.equal(await writes(), BLOCKED);

  const again = await migrate(sets.source.uri, '--json', '--reversible', '--block-writes', '--cutover-when-ready')
    .ended;
  assert.equal(again.code, 0, again.err);
  assert.equal(JSON.parse(again.out).writesBlocked, true);
  assert.equal(await writes(), BLOCKED);
});
