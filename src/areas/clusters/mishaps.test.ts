// What befalls members, and what an operator reads of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { wantedCluster } from '../../../testing/clusters/fixture.ts';
import { isIdle, openRunningRoom, type RunningRoom, says } from '../../../testing/clusters/running.ts';
import { until } from '../../../testing/wait.ts';
import type { Cluster } from './model.ts';

let room: RunningRoom;
before(async () => {
  room = await openRunningRoom();
});
after(() => room.close());

const ended = (cluster: Cluster, before: readonly (number | undefined)[]) =>
  room.until(cluster._id, (it) => room.pidsOf(it!).every((pid, n) => pid !== before[n]));

test('a port that somebody else has taken is told of, and the member is back once it is free', async (t) => {
  const cluster = await room.newCluster('port', 1);
  const [member] = cluster.status.members;
  const [pid] = room.pidsOf(cluster);
  // Whoever is to take the port must be quicker than the control plane.
  await room.stopControl();
  process.kill(pid!, 'SIGKILL');
  await ended(cluster, [pid]);
  const sockets = new Set<Socket>();
  const other = createServer((socket) => sockets.add(socket));
  const free = async () => {
    for (const it of sockets) it.destroy();
    await new Promise((resolve) => other.close(resolve));
  };
  t.after(free);
  // The last threads of the dead may hold it for a moment longer.
  await until(
    () => once(other.listen(member!.port, '127.0.0.1'), 'listening').catch(() => undefined),
    (it) => it !== undefined,
  );
  room.startControl();
  const port = new RegExp(`Port ${member!.port} of port/port-0 is in use by another process\\. Free that port`);
  await room.until(cluster._id, says(port), 60_000);
  await free();
  const again = await room.untilIdle(cluster._id);
  assert.equal(again.status.message, undefined);
  assert.equal(again.status.members[0]!.port, member!.port, 'the set knows it by that port');
  await room.write(again);
});

test('a lock file that a dead member has left is in nobody’s way, whoever has its pid now', async () => {
  const cluster = await room.newCluster('lock', 1);
  const [pid] = room.pidsOf(cluster);
  await room.stopControl();
  process.kill(pid!, 'SIGKILL');
  await ended(cluster, [pid]);
  writeFileSync(join(room.root, cluster._id, 'lock-0', 'data', 'mongod.lock'), `${process.pid}\n`);
  room.startControl();
  await room.until(cluster._id, (it) => isIdle(it) && room.pidsOf(it!)[0] !== undefined, 60_000);
  await room.write(cluster);
  process.kill(process.pid, 0);
});

test('a full disk is told of, and the member is back once there is room', async (t) => {
  const small = join(room.dir, 'small');
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'none', small], { stdio: 'pipe' });
  } catch {
    t.skip('a small disk can be had by root alone');
    return;
  }
  t.after(() => execFileSync('umount', ['-l', small]));
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('full', 1));
  const cluster = await room.untilIdle(id);
  const [pid] = room.pidsOf(cluster);
  await room.stopControl();
  process.kill(pid!, 'SIGKILL');
  await ended(cluster, [pid]);
  const dir = join(room.root, id);
  execFileSync('cp', ['-a', `${dir}/.`, small]);
  rmSync(dir, { recursive: true });
  execFileSync('ln', ['-s', small, dir]);
  const ballast = join(small, 'ballast');
  execFileSync('sh', ['-c', `cat /dev/zero > ${ballast} 2>/dev/null || true`]);
  room.startControl();
  await room.until(id, says(/the disk of .* is full\. Make room there/), 60_000);
  rmSync(ballast);
  const again = await room.untilIdle(id);
  assert.equal(again.status.message, undefined);
  await room.write(again);
});

test('a clock that jumps, forth and back, takes nothing from a cluster', async (t) => {
  const cluster = await room.newCluster('clock', 1);
  const real = Date.now;
  t.after(() => {
    Date.now = real;
  });
  for (const hours of [2, -2]) {
    Date.now = () => real() + hours * 3_600_000;
    const [pid] = room.pidsOf(cluster);
    process.kill(pid!, 'SIGKILL');
    await room.until(cluster._id, (it) => isIdle(it) && ![undefined, pid].includes(room.pidsOf(it!)[0]), 60_000);
    await room.write(cluster);
    assert.equal((await room.untilIdle(cluster._id)).status.message, undefined);
  }
});
