// Members that run and do not answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type OpenClusterRoom, openClusterRoom, wantedCluster } from '../../../testing/clusters/fixture.ts';
import type { Cluster } from './model.ts';

let room: OpenClusterRoom;
let plane: ReturnType<OpenClusterRoom['controlPlane']>;
before(async () => {
  room = await openClusterRoom();
  plane = room.controlPlane();
  plane.start();
});
after(async () => {
  await plane.stop();
  await room.close();
});

const isIdle = (it: Cluster | null) => it?.status.state === 'IDLE';
const says = (pattern: RegExp) => (it: Cluster | null) =>
  it?.status.state === 'REPAIRING' && pattern.test(it.status.message ?? '');
const untilIdle = async (id: string) => (await room.until(id, isIdle, 120_000))!;

async function newCluster(name: string, nodes: number): Promise<Cluster> {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster(name, nodes));
  return untilIdle(id);
}

async function write(cluster: Cluster): Promise<void> {
  const client = new MongoClient(room.questions.adminUri(cluster));
  try {
    const writeConcern = { w: 'majority' as const };
    await client.db('x').collection('c').insertOne({ a: 1 }, { writeConcern });
  } finally {
    await client.close();
  }
}

for (const nodes of [1, 3])
  test(`a member of ${nodes} that hangs is shown, and started again after a while`, async (t) => {
    const cluster = await newCluster(`hung-${nodes}`, nodes);
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
    const again = await untilIdle(cluster._id);
    assert.equal(again.status.message, undefined);
    assert.notEqual(room.pidsOf(again).at(-1), hung);
    assert.deepEqual(room.pidsOf(again).slice(0, -1), pids.slice(0, -1), 'nobody else was touched');
    await write(again);
  });

test('a member that is silent for a moment only goes on as it was', async () => {
  const cluster = await newCluster('slow', 1);
  const pids = room.pidsOf(cluster);
  process.kill(pids[0]!, 'SIGSTOP');
  try {
    await room.until(cluster._id, says(/does not answer/), 60_000);
  } finally {
    process.kill(pids[0]!, 'SIGCONT');
  }
  await untilIdle(cluster._id);
  assert.deepEqual(room.pidsOf(cluster), pids);
});
