// A destination whose disk is full: mongod ends itself. The migration says what to look at, and goes on once there is room.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareDeployments, MigrationFailed } from '../../src/migration/index.ts';
import { findMember, startMember } from '../../src/mongod/index.ts';
import { until } from '../wait.ts';
import { migrate, startSets } from './fixture.ts';
import { loose } from './scenario.ts';

const LEFT = 24 << 20;

/** A file system of its own in memory; undefined where this user may not make one. */
function mount(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600m', 'tmpfs', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    // Not root, or in a container that mounts nothing.
    rmSync(dir, { recursive: true });
    return undefined;
  }
}

test('a full destination is told, and the migration goes on once there is room', async (t) => {
  if (process.env.ALL_SCENARIOS === undefined) return t.skip('fills a disk; npm run test:migration runs it');
  const disk = mount();
  if (!disk) return t.skip('this user may not mount a small file system');
  const starting = startSets({ destination: { dir: join(disk, 'destination') } });
  t.after(async () => {
    await (await starting).end();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });
  const sets = await starting;
  const { spec } = sets.destination;
  const shop = sets.source.client.db('shop');
  for (let n = 0; n < 80; n++) await loose(shop).insertOne({ _id: n, fill: randomBytes(1 << 20) });
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - LEFT, 1));

  const first = migrate(sets, { id: 'full' });
  const run = first.run();
  await until(
    () => findMember(spec),
    (it) => it === undefined,
    120_000,
  );
  const real = Date.now.bind(Date);
  const clock = t.mock.method(Date, 'now', () => real() + 600_000);
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof MigrationFailed, String(error));
    assert.match(error.message, /has not moved for minutes: .*a full disk stops mongod.* start the migration again/);
    return true;
  });
  clock.mock.restore();

  rmSync(ballast);
  await startMember(spec);
  const second = migrate(sets, { id: 'full', drop: false });
  assert.ok(await second.isBegun());
  second.cutover();
  await second.run();
  const { differences, documents } = await compareDeployments(sets.source.uri, sets.destination.uri);
  assert.deepEqual([differences, documents], [[], 80]);
});
