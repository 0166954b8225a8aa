// Sets of three members, on both sides, whose primaries step down while the copy and while the tail is going on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MongoClient } from 'mongodb';
import { mongodCache } from '../../src/main/up.ts';
import { compareDeployments } from '../../src/migration/index.ts';
import { findMongod } from '../../src/mongod/index.ts';
import { until } from '../wait.ts';
import { startSource } from './chaos/source.ts';
import { migrate, ready } from './fixture.ts';
import { seed, startWriter } from './writer.ts';

const DOCUMENTS = 12_000;
const writing = ['restore', 'readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor'];

const primaryOf = async (client: MongoClient): Promise<string> =>
  String((await client.db('admin').command({ hello: 1 })).primary);

/** Resolves when another member is primary. */
async function stepDown(client: MongoClient): Promise<void> {
  const before = await primaryOf(client);
  await client.db('admin').command({ replSetStepDown: 20, secondaryCatchUpPeriodSecs: 15, force: true });
  await until(
    () => primaryOf(client),
    (it) => it !== before && it !== 'undefined',
    120_000,
  );
}

const skip = process.env.ALL_SCENARIOS === undefined && 'six members take long; npm run test:migration runs it';

test('primaries step down on both sides, while copying and while following', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-elections-'));
  const { path } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const source = await startSource(join(dir, 'source'), path, 3);
  t.after(() => source.end());
  const names = { name: 'destination', roles: writing };
  const destination = await startSource(join(dir, 'destination'), path, 3, names);
  t.after(() => destination.end());
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  await seed(source.client, DOCUMENTS);
  const writer = startWriter(source.client, DOCUMENTS, true, true);
  const migration = migrate({ source, destination }, { maxBytesPerSecond: 2 << 20 });
  try {
    const done = migration.run();
    for (const [documents, side] of [
      [1_500, source],
      [5_000, destination],
    ] as const) {
      await migration.until((p) => p.phase === 'copying' && p.documentsCopied > documents);
      await stepDown(side.client);
    }
    for (const side of [source, destination]) {
      await migration.until(ready);
      const { changesApplied } = migration.progress();
      await stepDown(side.client);
      await writer.more(50);
      await migration.until((p) => ready(p) && p.changesApplied > changesApplied);
    }
    await writer.stop();
    migration.cutover();
    await done;
  } finally {
    await writer.stop();
    await migration.stop();
  }
  assert.deepEqual((await compareDeployments(source.uri, destination.uri)).differences, []);
});
