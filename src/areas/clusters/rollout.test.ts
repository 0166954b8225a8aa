import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { wantedCluster } from '../../../testing/clusters/fixture.ts';
import { majorityWriter } from '../../../testing/clusters/majority-writer.ts';
import { openRunningRoom, type RunningRoom } from '../../../testing/clusters/running.ts';
import type { Cluster } from './model.ts';

let room: RunningRoom;
before(async () => {
  room = await openRunningRoom();
});
after(() => room.close());

const reached = (it: Cluster | null) => it?.status.state === 'IDLE' && it.status.revision === it.revision;
const change = (name: string, body: object) => room.ask('updateGroupCluster', { clusterName: name }, body);
const untilReached = async (id: string) => (await room.until(id, reached, 120_000))!;

async function configOf(cluster: Cluster) {
  const client = new MongoClient(room.questions.adminUri(cluster));
  try {
    return (await client.db('admin').command({ replSetGetConfig: 1 })).config.members;
  } finally {
    await client.close();
  }
}

// One story, since each part of it takes seconds of real replication.
test('a cluster grows, moves, is resized, shrinks, and no acknowledged write is lost', async (t) => {
  const region = (regionName: string, priority: number, nodes: object) => ({
    ...{ providerName: 'AWS', regionName, priority },
    ...nodes,
  });
  const specs = (nodeCount: number) => ({ instanceSize: 'M10', nodeCount });
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('story', 1));
  let cluster = await untilReached(id);
  const writer = await majorityWriter(room.questions.adminUri(cluster));
  t.after(() => writer.stop());

  const grown = [
    region('US_EAST_1', 7, { electableSpecs: specs(2), analyticsSpecs: specs(1) }),
    region('EU_WEST_1', 6, { electableSpecs: specs(1), readOnlySpecs: specs(1) }),
  ];
  const asked = await change('story', { replicationSpecs: [{ regionConfigs: grown }] });
  assert.equal(asked.stateName, 'UPDATING');
  cluster = await untilReached(id);
  const members = await configOf(cluster);
  const summary = members
    .map((it: { votes: number; priority: number; tags: { region: string; nodeType: string } }) => [
      ...[it.tags.region, it.tags.nodeType, it.votes, it.priority],
    ])
    .sort();
  assert.deepEqual(summary, [
    ['EU_WEST_1', 'ELECTABLE', 1, 6],
    ['EU_WEST_1', 'READ_ONLY', 0, 0],
    ['US_EAST_1', 'ANALYTICS', 0, 0],
    ['US_EAST_1', 'ELECTABLE', 1, 7],
    ['US_EAST_1', 'ELECTABLE', 1, 7],
  ]);

  // A member without its data copies it anew.
  const [pid] = room.pidsOf(cluster);
  process.kill(pid!, 'SIGKILL');
  rmSync(join(room.root, id, cluster.status.members[0]!.name, 'data'), { recursive: true, force: true });
  await room.until(id, (it) => reached(it) && ![undefined, pid].includes(room.pidsOf(it!)[0]), 120_000);

  // Elsewhere, bigger, and fewer: every member is restarted or replaced.
  const smaller = [region('EU_WEST_1', 7, { electableSpecs: { instanceSize: 'M20', nodeCount: 1 } })];
  await change('story', { replicationSpecs: [{ regionConfigs: smaller }] });
  cluster = await untilReached(id);
  assert.deepEqual(
    cluster.status.members.map((it) => [it.regionName, it.instanceSize]),
    [['EU_WEST_1', 'M20']],
  );
  assert.equal((await configOf(cluster)).length, 1);
  const { acknowledged, lost } = await writer.verify(room.questions.adminUri(cluster));
  t.diagnostic(`${acknowledged} acknowledged writes throughout`);
  assert.ok(acknowledged > 20);
  assert.deepEqual(lost, []);
  assert.ok(room.events.includes('CLUSTER_UPDATE_COMPLETED'));
});

test('paused: nothing runs and the data stays; resumed: it is all there', async () => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('resting', 1));
  const cluster = await untilReached(id);
  const client = new MongoClient(room.questions.adminUri(cluster));
  await client.db('x').collection('c').insertOne({ a: 1 });
  await client.close();
  await change('resting', { paused: true });
  await untilReached(id);
  assert.deepEqual(room.pidsOf(cluster), [undefined]);
  await change('resting', { paused: false });
  const again = new MongoClient(room.questions.adminUri(await untilReached(id)));
  assert.equal(await again.db('x').collection('c').countDocuments(), 1);
  await again.close();
});

async function ask(cluster: Cluster, command: object, database = 'admin') {
  const client = new MongoClient(room.questions.adminUri(cluster));
  try {
    return await client.db(database).command(command);
  } finally {
    await client.close();
  }
}

test('process arguments reach the running mongod, by a restart where they need one, and leave it again', async () => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('tuned', 1));
  let cluster = await untilReached(id);
  const [pid] = room.pidsOf(cluster);
  const args = (wanted: object) => room.ask('updateGroupClusterProcessArgs', { clusterName: 'tuned' }, wanted);
  const wanted = { noTableScan: true, defaultWriteConcern: '1', defaultReadConcern: 'available', oplogSizeMB: 1_000 };
  assert.equal((await args(wanted)).noTableScan, true);
  cluster = await untilReached(id);
  assert.deepEqual(room.pidsOf(cluster), [pid], 'nothing of it needed a restart');
  assert.equal((await ask(cluster, { getParameter: 1, notablescan: 1 })).notablescan, true);
  const defaults = await ask(cluster, { getDefaultRWConcern: 1 });
  assert.deepEqual([defaults.defaultWriteConcern.w, defaults.defaultReadConcern.level], [1, 'available']);
  assert.equal((await ask(cluster, { collStats: 'oplog.rs' }, 'local')).maxSize, 1_000 * 1_048_576);

  await args({ javascriptEnabled: false });
  cluster = await untilReached(id);
  assert.notDeepEqual(room.pidsOf(cluster), [pid]);
  const script = { find: 'c', filter: { $where: 'true' } };
  await assert.rejects(ask(cluster, script, 'x'), /no globalScriptEngine|disabled|engine/i);
  assert.equal((await ask(cluster, { getParameter: 1, notablescan: 1 })).notablescan, true, 'kept over the restart');

  const nothing = { noTableScan: null, defaultWriteConcern: null, javascriptEnabled: null };
  await args(nothing);
  cluster = await untilReached(id);
  assert.equal((await ask(cluster, { getParameter: 1, notablescan: 1 })).notablescan, false);
  assert.equal((await ask(cluster, { getDefaultRWConcern: 1 })).defaultWriteConcern.w, 'majority');
  await ask(cluster, script, 'x');
});

test('a flex cluster becomes a dedicated one and keeps its data; a failover restarts the primary', async () => {
  const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
  const { id } = await room.ask('createGroupFlexCluster', {}, { name: 'grown', providerSettings });
  let cluster = await untilReached(id);
  await ask(cluster, { insert: 'c', documents: [{ a: 1 }] }, 'x');
  const place = { clusterName: 'grown' };
  for (const id of ['getGroupCluster', 'updateGroupCluster', 'deleteGroupCluster'])
    await assert.rejects(room.ask(id, place, {}), { code: 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API' });
  await room.ask('tenantGroupFlexClusterUpgrade', {}, wantedCluster('grown', 1));
  cluster = await untilReached(id);
  assert.equal((await room.ask('getGroupCluster', place)).stateName, 'IDLE');
  await assert.rejects(room.ask('getGroupFlexCluster', { name: 'grown' }), {
    code: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API',
  });
  assert.equal((await ask(cluster, { count: 'c' }, 'x')).n, 1);
  const pids = room.pidsOf(cluster);
  await room.ask('restartGroupClusterPrimaries', place);
  await assert.rejects(room.ask('restartGroupClusterPrimaries', place), { code: 'CLUSTER_RESTART_IN_PROGRESS' });
  assert.notDeepEqual(room.pidsOf(await untilReached(id)), pids);
  assert.equal((await ask(cluster, { count: 'c' }, 'x')).n, 1);
});

// Forming the set anew would have given an empty cluster in the place of a lost one, without a word.
test('a cluster whose only data is gone says so, and is not silently begun anew', async () => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('lost', 1));
  const cluster = await untilReached(id);
  process.kill(room.pidsOf(cluster)[0]!, 'SIGKILL');
  rmSync(join(room.root, id, cluster.status.members[0]!.name, 'data'), { recursive: true, force: true });
  const lost = await room.until(id, (it) => /has no data/.test(it?.status.message ?? ''), 60_000);
  assert.equal(lost!.status.state, 'REPAIRING');
});
