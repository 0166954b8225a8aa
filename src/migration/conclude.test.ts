// A cutover that is cut off just as it comes to its end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { startProxy } from '../../testing/migration/proxy.ts';
import { loose, numbered } from '../../testing/migration/scenario.ts';
import { compareDeployments, MigrationStopped } from './index.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

test('stopped when it was done and did not know, it goes on: what is written since is on the other side too', async (t) => {
  const line = await startProxy(sets.destination.spec.port);
  t.after(() => line.close());
  const db = sets.source.client.db('shop');
  await loose(db).insertMany(numbered(100));
  const destination = sets.destination.through(line.port);
  const first = migrate(sets, { id: 'm', destination, unheard: true });
  const ended = first.run();
  await first.until(ready);
  const noted = line.holdAt('stage\0\u0005\0\0\0done\0');
  first.cutover();
  await noted;
  const stopping = first.stop();
  line.release();
  await stopping;
  await assert.rejects(ended, MigrationStopped);

  await loose(db).insertOne({ _id: 'since' });
  const second = migrate(sets, { id: 'm', destination });
  const done = second.run();
  await second.until(ready);
  second.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('stopped before it has begun, it leaves nothing behind', async (t) => {
  const line = await startProxy(sets.source.spec.port);
  t.after(() => line.close());
  const migration = migrate(sets, { source: sets.source.through(line.port) });
  const reads = line.holdAt('afterClusterTime');
  const ended = migration.run();
  await reads;
  const stopping = migration.stop();
  line.release();
  await stopping;
  await assert.rejects(ended, MigrationStopped);
  const { databases } = await sets.destination.client.db('admin').admin().listDatabases({ nameOnly: true });
  assert.ok(databases.every((it) => it.name !== 'telamon_migration'));
});
