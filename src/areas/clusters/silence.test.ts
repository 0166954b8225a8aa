// Members that run and do not answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRunningRoom, type RunningRoom, says } from '../../../testing/clusters/running.ts';

let room: RunningRoom;
before(async () => {
  room = await openRunningRoom();
});
after(() => room.close());

for (const nodes of [1, 3])
  test(`a member of ${nodes} that hangs is shown, and started again after a while`, async (t) => {
    const cluster = await room.newCluster(`hung-${nodes}`, nodes);
    const pids = room.pidsOf(cluster);
    const hung = pids.at(-1)!;
    process.kill(hung, 'SIGSTOP');
    t.after(() => {
      try {
        process.kill(hung, 'SIGCONT');
      } catch {
        // It has been ended, as it should.
      }
    });
    const seen = await room.until(cluster._id, says(/^Member .* runs and does not answer/), 60_000);
    assert.match(seen!.status.message!, new RegExp(`${cluster.status.members.at(-1)!.name} on port .*mongod\\.log`));
    const again = await room.untilIdle(cluster._id);
    assert.equal(again.status.message, undefined);
    assert.notEqual(room.pidsOf(again).at(-1), hung);
    assert.deepEqual(room.pidsOf(again).slice(0, -1), pids.slice(0, -1), 'nobody else was touched');
    await room.write(again);
  });

test('a member that is silent for a moment only goes on as it was', async () => {
  const cluster = await room.newCluster('slow', 1);
  const pids = room.pidsOf(cluster);
  process.kill(pids[0]!, 'SIGSTOP');
  try {
    await room.until(cluster._id, says(/does not answer/), 60_000);
  } finally {
    process.kill(pids[0]!, 'SIGCONT');
  }
  await room.untilIdle(cluster._id);
  assert.deepEqual(room.pidsOf(cluster), pids);
});
