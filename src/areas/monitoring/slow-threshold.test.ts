import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import type { Clients } from '../../mongod/index.ts';
import type { Cluster, ClusterProcess } from '../clusters/questions.ts';
import type { MonitoredClusters } from './processes.ts';
import { createThresholdControl, type ThresholdStore, thresholdOf } from './slow-threshold.ts';

const { open } = harness();

test('the threshold is ten times the mean of reads and writes, within its bounds', () => {
  const of = (readMicros: number, reads: number, writeMicros = 0, writes = 0) =>
    thresholdOf({
      opLatencies: { reads: { latency: readMicros, ops: reads }, writes: { latency: writeMicros, ops: writes } },
    });
  assert.equal(of(3_000, 1), 30);
  assert.equal(of(2_000, 1, 10_000, 2), 40);
  assert.equal(of(10, 100), 20);
  assert.equal(of(1e9, 2), 100);
  assert.equal(of(0, 0), 100, 'nothing has happened yet');
  assert.equal(thresholdOf({}), 100);
});

test('a managed threshold is set on every process, and taken back when it is managed no more', async (t) => {
  const house = await open({ running: true });
  const { api } = house;
  const groupId = await newProject(house);
  const at = `/groups/${groupId}/managedSlowMs`;
  const managed = async () => (await api('GET', at)).body;
  const user = { username: 'ann', password: 'a-good-password', databaseName: 'admin' };
  const roles = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
  assert.equal((await api('POST', `/groups/${groupId}/databaseUsers`, { ...user, roles })).status, 201);
  const { connectionStrings } = await newCluster(house, groupId, 'c');
  const client = new MongoClient(connectionStrings.standard, { auth: user });
  t.after(() => client.close());
  const shop = client.db('shop');
  const slowms = async (): Promise<number> => (await shop.command({ profile: -1 })).slowms;
  await shop.command({ profile: 1, slowms: 3 });
  assert.equal(await managed(), false);
  assert.equal((await api('POST', `${at}/enable`)).status, 204);
  assert.equal(await managed(), true);
  const set = await until(slowms, (it) => it !== 3);
  assert.ok(set >= 20 && set <= 100, String(set));
  assert.equal((await shop.command({ profile: -1 })).was, 1, 'what is profiled is as it was');
  await shop.command({ profile: 1, slowms: 3 });
  assert.equal((await api('DELETE', `${at}/disable`)).status, 204);
  assert.equal(await managed(), false);
  await until(slowms, (it) => it === 100);
  const kept = () => house.state.db.collection<{ _id: string }>('slowThresholds').countDocuments();
  await until(kept, (it) => it === 0);
  assert.equal((await api('DELETE', `${at}/disable`)).status, 204, 'it may be said twice');
});

test('a process that cannot be reached just then is brought back the next time', async () => {
  let left = 1;
  let reachable = false;
  const cluster = { status: { state: 'IDLE', formed: true }, spec: {} } as Cluster;
  const control = createThresholdControl({
    thresholds: {
      find: async () => ({ _id: 'p', managed: false }),
      forget: async () => void left--,
    } as unknown as ThresholdStore,
    clusters: {
      listIn: async () => [cluster],
      processesOf: () => [{ host: 'h', port: 1 } as ClusterProcess],
    } as unknown as MonitoredClusters,
    clients: { with: () => (reachable ? Promise.resolve() : Promise.reject(new Error('hung'))) } as unknown as Clients,
  });
  await control.reconcile('p');
  assert.equal(left, 1);
  reachable = true;
  await control.reconcile('p');
  assert.equal(left, 0);
});
