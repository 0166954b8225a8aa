import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type OpenClusterRoom, openClusterRoom, wantedCluster } from '../../../testing/clusters/fixture.ts';
import { createHost, type Host } from './host.ts';
import { slotsOf } from './layout.ts';
import type { Cluster } from './model.ts';

let room: OpenClusterRoom;
before(async () => {
  room = await openClusterRoom();
});
after(() => room.close());

const isIdle = (it: Cluster | null) => it?.status.state === 'IDLE';

async function ping(cluster: Cluster): Promise<void> {
  const client = new MongoClient(room.questions.adminUri(cluster));
  try {
    await client
      .db('x')
      .collection('c')
      .insertOne({ a: 1 }, { writeConcern: { w: 'majority' } });
  } finally {
    await client.close();
  }
}

for (const nodes of [1, 3]) {
  test(`${nodes} member(s): brought up, healed, adopted by another control plane, removed`, async (t) => {
    const name = `of-${nodes}`;
    let plane = room.controlPlane();
    t.after(() => plane.stop());
    plane.start();
    const began = Date.now();
    const { id, stateName } = await room.ask('createGroupCluster', {}, wantedCluster(name, nodes));
    assert.equal(stateName, 'CREATING');
    let cluster = (await room.until(id, isIdle))!;
    t.diagnostic(`${nodes} member(s) IDLE in ${Date.now() - began} ms`);
    assert.equal(cluster.status.members.length, nodes);
    assert.equal(cluster.status.mongoDBVersion, room.mongod.version);
    await ping(cluster);
    const pids = room.pidsOf(cluster);
    assert.ok(pids.every(Boolean));

    process.kill(pids[0]!, 'SIGKILL');
    const killed = Date.now();
    await room.until(id, (it) => isIdle(it) && ![undefined, pids[0]].includes(room.pidsOf(it!)[0]));
    t.diagnostic(`a killed member ran again after ${Date.now() - killed} ms`);
    cluster = (await room.until(id, isIdle))!;
    await ping(cluster);

    await plane.stop();
    const outliving = room.pidsOf(cluster);
    assert.ok(outliving.every(Boolean));
    plane = room.controlPlane();
    plane.start();
    await plane.control.reconcile(id, new AbortController().signal);
    assert.deepEqual(room.pidsOf(cluster), outliving);

    await room.ask('deleteGroupCluster', { clusterName: name });
    await room.until(id, (it) => it === null);
    assert.deepEqual(room.pidsOf(cluster), Array(nodes).fill(undefined));
    assert.equal(existsSync(join(room.root, id)), false);
    assert.ok(room.gone.includes(id));
    await assert.rejects(room.ask('getGroupCluster', { clusterName: name }), { code: 'CLUSTER_NOT_FOUND' });
  });
}

test('a pass cut off at any step is made good by the next one', async () => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('cut', 1));
  const { control } = room.controlPlane();
  for (const step of ['place', 'start', 'isCurrent'] as const) {
    const broken: Host = {
      ...room.host,
      // The work is done, and then the control plane dies before it can note anything.
      [step]: async (...args: never[]) => {
        await (room.host[step] as (...args: never[]) => unknown)(...args);
        throw new Error('killed');
      },
    };
    if (step === 'isCurrent') broken.isCurrent = () => assert.fail('killed');
    await assert.rejects(room.controlPlane('here', broken).control.reconcile(id, new AbortController().signal));
  }
  await control.reconcile(id, new AbortController().signal);
  const cluster = (await room.store.byId(id))!;
  assert.equal(cluster.status.state, 'IDLE');
  await ping(cluster);
  await room.ask('deleteGroupCluster', { clusterName: 'cut' });
  const died: Host = { ...room.host, remove: (...it) => room.host.remove(...it).then(() => assert.fail()) };
  await assert.rejects(room.controlPlane('here', died).control.reconcile(id, new AbortController().signal));
  await control.reconcile(id, new AbortController().signal);
  assert.equal(await room.store.byId(id), null);
});

test('a port that was taken meanwhile is chosen anew', async (t) => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('taken', 1));
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const { host: at, ...slot } = { ...slotsOf((await room.store.byId(id))!.spec)[0]!, host: room.host };
  await room.store.setMembers(id, [{ ...slot, name: 'taken-0', port }], at.home);
  const plane = room.controlPlane();
  t.after(() => plane.stop());
  plane.start();
  const cluster = (await room.until(id, isIdle))!;
  assert.notEqual(cluster.status.members[0]!.port, port);
  assert.equal(cluster.status.message, undefined);
  await ping(cluster);
});

// Another installation on the same state store found no process of the cluster on its own host, and would have started
// empty members beside those with the data, or forgotten a cluster whose members then ran for ever.
test('an installation leaves alone what another one runs', async (t) => {
  const { id } = await room.ask('createGroupCluster', {}, wantedCluster('away', 1));
  const here = room.controlPlane();
  await here.control.reconcile(id, new AbortController().signal);
  const cluster = (await room.store.byId(id))!;
  const pids = room.pidsOf(cluster);
  const root = join(room.dir, 'elsewhere');
  const elsewhere = createHost({ root, mongod: room.mongod, vault: room.vault, pulses: room.pulses });
  t.after(() => cluster.status.members.map((it) => elsewhere.remove(cluster, it)));
  const there = room.controlPlane('there', elsewhere);
  await there.control.reconcile(id, new AbortController().signal);
  assert.deepEqual((await room.store.byId(id))!.status, cluster.status);
  assert.equal(existsSync(join(root, id)), false);
  await room.ask('deleteGroupCluster', { clusterName: 'away' });
  await there.control.reconcile(id, new AbortController().signal);
  assert.deepEqual(room.pidsOf(cluster), pids);
  await here.control.reconcile(id, new AbortController().signal);
  assert.equal(await room.store.byId(id), null);
});

test('a lease: one holder at a time, at once again for the same installation, given up when it is lost', async () => {
  const [here, there] = [room.leases(room.state, 'here'), room.leases(room.state, 'there')];
  const { signal } = new AbortController();
  const docs = room.state.db.collection<{ _id: string; holder: string; until: Date }>('leases');
  const got = await here.under('k', signal, async () => there.under('k', signal, async () => 'both'));
  assert.equal(got, undefined);
  assert.equal(await there.under('k', signal, async () => 'mine'), 'mine');
  assert.equal(await docs.findOne({ _id: 'k' }), null);
  await docs.insertOne({ _id: 'k', holder: 'here', until: new Date(Date.now() + 15_000) });
  assert.equal(await there.under('k', signal, async () => 'mine'), undefined);
  assert.equal(await here.under('k', signal, async () => 'again'), 'again');
  await docs.insertOne({ _id: 'k', holder: 'dead', until: new Date(Date.now() - 1) });
  assert.equal(await there.under('k', signal, async () => 'after'), 'after');
});
