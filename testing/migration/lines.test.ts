// Lines between the engine and either side that go dead without anybody being told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDeployments } from '../../src/migration/index.ts';
import { migrate, ready, startSets } from './fixture.ts';
import { startProxy } from './proxy.ts';
import { loose, numbered } from './scenario.ts';

test('a connection that is dead but open is given up, and the migration goes on over a new one', async (t) => {
  const sets = await startSets();
  t.after(() => sets.end());
  const line = await startProxy(sets.destination.spec.port);
  t.after(() => line.close());
  const db = sets.source.client.db('shop');
  await loose(db).insertMany(numbered(1_000));
  const migration = migrate(sets, { destination: sets.destination.through(line.port) });
  const done = migration.run();
  await migration.until(ready);
  line.silence();
  await loose(db).insertOne({ _id: 'after' });
  await migration.until((p) => p.changesApplied > 0);
  migration.cutover();
  await done;
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});
