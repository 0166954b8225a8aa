// What goes wrong around a migration: it says what an operator can do, and goes on once that is done.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { compareDeployments, type Migration, MigrationFailed } from '../../src/migration/index.ts';
import { until } from '../wait.ts';
import { clear, migrate, ready, type Sets, startSets } from './fixture.ts';
import { loose, numbered } from './scenario.ts';
import { migrateInSteps } from './scenarios.ts';

const options = ['--setParameter', 'enableTestCommands=1'];
/** The oplog is cut off behind the last checkpoint of its server alone. */
const oftenSaved = [...options, '--syncdelay', '1'];
let sets: Sets;
before(async () => {
  sets = await startSets({ source: { oplogMB: 2, options: oftenSaved }, destination: { options } });
});
after(() => sets.end());
beforeEach(() => clear(sets));

const shop = () => sets.source.client.db('shop');
const admin = () => sets.source.client.db('admin');

const same = async () =>
  assert.deepEqual((await compareDeployments(sets.source.admin, sets.destination.admin)).differences, []);

async function failureOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => assert.fail('the migration should have failed'),
    (it) => it,
  );
  assert.ok(error instanceof MigrationFailed, String(error));
  return error.message;
}

async function finish(migration: Migration): Promise<void> {
  migration.cutover();
  await migration.run();
  await same();
}

test('a source user who knows SCRAM-SHA-1 alone', async () => {
  const roles = ['backup', 'readAnyDatabase'].map((role) => ({ role, db: 'admin' }));
  await admin().command({ createUser: 'old', pwd: 'p@ss:%', roles, mechanisms: ['SCRAM-SHA-1'] });
  await loose(shop()).insertMany(numbered(100));
  const source = sets.source.uri.replace(/\/\/[^@]*@/, `//old:${encodeURIComponent('p@ss:%')}@`);
  try {
    for (const uri of [source, `${source}&authMechanism=SCRAM-SHA-1`]) {
      const migration = migrate(sets, { source: uri });
      const done = migration.run();
      await migration.until(ready);
      await loose(shop()).insertOne({ uri });
      migration.cutover();
      await done;
      await same();
    }
  } finally {
    await admin().command({ dropUser: 'old' });
  }
});

test('a source user who loses a role is named with what is missing, and the migration goes on when it is back', async () => {
  await loose(shop()).insertMany(numbered(100));
  const roles = ['backup', 'readAnyDatabase'].map((role) => ({ role, db: 'admin' }));
  const first = migrate(sets, { id: 'revoked' });
  const done = first.run();
  await first.until(ready);
  await admin().command({ revokeRolesFromUser: 'mover', roles });
  try {
    await loose(shop()).insertOne({ while: 'nobody looks' });
    assert.match(
      await failureOf(done),
      /^User not authorized .*: the user mover of 127\.0\.0\.1:\d+ may not (getMore|find|aggregate|ping) on the database .* roles backup and readAnyDatabase.* Grant/,
    );
  } finally {
    await admin().command({ grantRolesToUser: 'mover', roles });
  }
  const second = migrate(sets, { id: 'revoked', drop: false });
  assert.ok(await second.isBegun());
  await finish(second);
});

test('a clock that is an hour off is no lag: two clocks are never compared', async (t) => {
  const real = Date.now.bind(Date);
  for (const hours of [-1, 1]) {
    // Here and not on the source, which comes to the same: only the distance between both could matter.
    const clock = t.mock.method(Date, 'now', () => real() + hours * 3_600_000);
    await loose(shop()).insertMany([{ hours }]);
    const migration = migrate(sets);
    const done = migration.run();
    await migration.until(ready);
    await loose(shop()).insertOne({ hours, late: true });
    await migration.until((p) => p.changesApplied > 0 && p.lagSeconds === 0);
    migration.cutover();
    await done;
    await same();
    clock.mock.restore();
  }
});

test('an oplog that has moved past the migration is told with its times; then everything is copied anew', async () => {
  await loose(shop()).insertMany(numbered(100));
  const first = migrate(sets, { id: 'outrun' });
  const run = first.run();
  await first.until(ready);
  await first.stop();
  await assert.rejects(run);
  const fill = 'x'.repeat(100_000);
  const oldest = async () =>
    (await sets.source.client
      .db('local')
      .collection('oplog.rs')
      .findOne({}, { sort: { $natural: 1 } }))!.ts;
  const before = await oldest();
  await until(
    async () => {
      await loose(shop(), 'filler').insertMany(Array.from({ length: 20 }, () => ({ fill })));
      return oldest();
    },
    (it) => it.greaterThan(before),
    120_000,
  );
  await loose(shop(), 'filler').drop();
  assert.match(
    await failureOf(migrate(sets, { id: 'outrun' }).run()),
    /^The changes since 20\S+Z are no longer in the oplog of the source: .* need the last \d+ \w+, of which the last \d+ \w+ are left\. Enlarge .* replSetResizeOplog .* anew/,
  );
  const again = migrate(sets, { id: 'outrun' });
  assert.equal(await again.isBegun(), false);
  await finish(again);
});

test('an index that the source is still building, or gives up, at each boundary between two phases', async () => {
  const hold = (mode: 'alwaysOn' | 'off') =>
    admin().command({
      configureFailPoint: 'hangIndexBuildDuringCollectionScanPhaseBeforeInsertion',
      mode,
      data: { fieldsToMatch: { hold: 1 } },
    });
  const building = () =>
    sets.source.client
      .db('admin')
      .aggregate([{ $currentOp: {} }, { $match: { 'command.createIndexes': { $exists: true } } }])
      .toArray();
  let ends: Promise<unknown>[] = [];
  const begin = async (name: string) => {
    await hold('alwaysOn');
    await loose(shop(), name).insertMany([...numbered(10), { _id: 'hold', hold: 1 }]);
    ends = [
      loose(shop(), name).createIndex({ n: 1 }, { name: 'plain' }),
      assert.rejects(loose(shop(), `${name} twice`).createIndex({ n: 1 }, { unique: true }), { code: 11000 }),
    ];
    await until(building, (it) => it.length >= 1);
    await loose(shop(), name).insertOne({ _id: 'while it is built', n: -1 });
  };
  const end = async () => {
    await hold('off');
    await Promise.all(ends);
  };
  for (const name of ['a', 'b', 'c', 'd'])
    await loose(shop(), `${name} twice`).insertMany([{ n: 1, hold: 1 }, { n: 1 }]);
  await begin('a');
  const play = async (phase: string) => {
    await end();
    await begin({ listed: 'b', copying: 'c' }[phase] ?? 'd');
  };
  await migrateInSteps(sets, play, end);
  await same();
  const destination = new MongoClient(sets.destination.admin);
  for (const name of ['a', 'b', 'c', 'd']) {
    const names = (await destination.db('shop').collection(name).indexes()).map((it) => it.name);
    assert.deepEqual(names, ['_id_', 'plain']);
  }
  await destination.close();
});

test('a line that ends while the checkpoint is removed is opened again', async () => {
  await loose(shop()).insertMany(numbered(100));
  const migration = migrate(sets, { drop: false });
  const done = migration.run();
  await migration.until(ready);
  await sets.destination.client.db('admin').command({
    configureFailPoint: 'failCommand',
    mode: { times: 1 },
    data: { failCommands: ['dropDatabase'], closeConnection: true },
  });
  migration.cutover();
  assert.equal((await done).verified.documents, 100);
  await same();
  const { databases } = await sets.destination.client.db('admin').admin().listDatabases({ nameOnly: true });
  assert.ok(databases.every((it) => it.name !== 'telamon_migration'));
});
