import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { openAuthority } from '../../../testing/authority.ts';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject, replicaSet } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import type { Cluster } from './model.ts';

const harnessed = harness();
const { open } = harnessed;

/** Processes of mongod that have this text in their command line. */
const running = (text: string): number[] =>
  readdirSync('/proc')
    .filter((it) => /^\d+$/.test(it))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes('mongod') && line.includes(text);
      } catch {
        // It ended in this moment.
        return false;
      }
    })
    .map(Number);

test('a cluster of three: real members, closed to strangers, repaired when one dies, removed without a trace', async () => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  const cluster = await newCluster(house, groupId, 'three', 3);
  const { standard } = cluster.connectionStrings;
  assert.match(standard, /^mongodb:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/\?replicaSet=/);
  const stranger = new MongoClient(standard);
  await assert.rejects(stranger.db('admin').command({ listDatabases: 1 }), { codeName: 'Unauthorized' });
  await stranger.close();

  const before = running(cluster.id);
  assert.equal(before.length, 3);
  process.kill(before[0]!, 'SIGKILL');
  const after = await until(
    () => running(cluster.id),
    (it) => it.length === 3 && !it.includes(before[0]!),
  );
  assert.deepEqual(after.filter((it) => before.includes(it)).length, 2, 'the others were left alone');

  const full = await house.api('DELETE', `/groups/${groupId}`);
  assert.deepEqual([full.status, full.body.errorCode], [409, 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS']);
  const deleted = await house.api('DELETE', `/groups/${groupId}/clusters/three`);
  assert.deepEqual([deleted.status, deleted.body], [202, {}]);
  const gone = await until(
    () => house.api('GET', `/groups/${groupId}/clusters/three`),
    (it) => it.status === 404,
  );
  assert.equal(gone.body.errorCode, 'CLUSTER_NOT_FOUND');
  assert.deepEqual(gone.body.parameters, ['three', groupId]);
  assert.deepEqual(running(cluster.id), []);
});

test('members outlive the control plane, and the next one adopts them', async () => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  const cluster = await newCluster(house, groupId, 'lasting');
  const pids = running(cluster.id);
  await house.stop();
  assert.deepEqual(running(cluster.id), pids, 'they run on without it');
  const again = await house.reopen();
  assert.equal((await again.api('GET', `/groups/${groupId}/clusters/lasting`)).body.stateName, 'IDLE');
  // Killed while nobody looked: found and started by whoever looks next.
  process.kill(pids[0]!, 'SIGKILL');
  await until(
    () => running(cluster.id),
    (it) => it.length === 1 && it[0] !== pids[0],
  );
});

test('a creation that was cut off anywhere goes on to the same end', async () => {
  const house = await open();
  const groupId = await newProject(house);
  assert.equal((await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('cut', 1))).status, 201);
  // Cut off again and again, a little later each time.
  for (let ms = 0; ms <= 1_600; ms += 200) {
    const running = await house.reopen();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await running.stop();
  }
  const last = await house.reopen();
  const done = await until(
    async () => (await last.api('GET', `/groups/${groupId}/clusters/cut`)).body,
    (it) => it.stateName === 'IDLE',
  );
  assert.equal(running(done.id).length, 1);
});

test('what this server cannot honour is refused by name; what is wrong makes nothing', async () => {
  const house = await open();
  const groupId = await newProject(house);
  const cases: [object, string, RegExp][] = [
    [{ clusterType: 'SHARDED' }, 'VALIDATION_ERROR', /clusterType SHARDED/],
    [{ backupEnabled: true }, 'VALIDATION_ERROR', /backupEnabled/],
    [{ mongoDBMajorVersion: '3.6' }, 'INVALID_MONGODB_VERSION_CONFIG', /mongoDBMajorVersion 3\.6/],
    [{ name: 'bad_name' }, 'CLUSTER_NAME_INVALID', /bad_name/],
    [{ name: '-x' }, 'CLUSTER_NAME_INVALID', /-x/],
    [{ colour: 'red' }, 'INVALID_ATTRIBUTE', /colour/],
    [{ replicationSpecs: [] }, 'VALIDATION_ERROR', /replicationSpecs/],
    [{ replicationSpecs: replicaSet('x', 2).replicationSpecs }, 'VALIDATION_ERROR', /2 electable nodes/],
  ];
  for (const [change, code, detail] of cases) {
    const answer = await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('c', 1, change));
    assert.deepEqual([answer.status, answer.body.errorCode], [400, code], JSON.stringify(change));
    assert.match(answer.body.detail, detail);
  }
  assert.equal((await house.api('GET', `/groups/${groupId}/clusters`)).body.totalCount, 0);
  const twice = await Promise.all(
    [1, 2].map(() => house.api('POST', `/groups/${groupId}/clusters`, replicaSet('same', 1))),
  );
  assert.deepEqual(twice.map((it) => it.status).sort(), [201, 400]);
  const second = twice.find((it) => it.status === 400)!;
  assert.equal(second.body.errorCode, 'DUPLICATE_CLUSTER_NAME');
});

test('termination protection holds until it is taken off', async () => {
  const house = await open();
  const groupId = await newProject(house);
  const path = `/groups/${groupId}/clusters/kept`;
  await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('kept', 1, { terminationProtectionEnabled: true }));
  const kept = await house.api('DELETE', path);
  assert.deepEqual(
    [kept.status, kept.body.errorCode],
    [400, 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED'],
  );
  const seen = (await house.api('GET', path)).body;
  assert.equal((await house.api('PATCH', path, { ...seen, terminationProtectionEnabled: false })).status, 200);
  assert.equal((await house.api('DELETE', path)).status, 202);
  const twice = await house.api('DELETE', path);
  assert.equal(twice.body.errorCode, 'CLUSTER_ALREADY_REQUESTED_DELETION');
});

test('the operator caps the members, names their address and lets any version be asked for', async () => {
  const clusterSettings = { scale: 'small', address: 'localhost', anyVersion: true } as const;
  const house = await open({ running: true, clusterSettings });
  const groupId = await newProject(house);
  const path = `/groups/${groupId}/clusters`;
  await house.api('POST', path, replicaSet('capped', 3, { mongoDBMajorVersion: '8.0' }));
  const seen = await until(
    async () => (await house.api('GET', `${path}/capped`)).body,
    (it) => it.stateName === 'IDLE',
  );
  assert.equal(running(seen.id).length, 1);
  assert.equal(seen.replicationSpecs[0].regionConfigs[0].electableSpecs.nodeCount, 3);
  assert.deepEqual([seen.mongoDBMajorVersion, seen.mongoDBVersion], ['8.0', harnessed.mongod.version]);
  assert.match(seen.connectionStrings.standard, /^mongodb:\/\/localhost:\d+\/\?/);
  const client = new MongoClient(seen.connectionStrings.standard);
  assert.equal((await client.db('admin').command({ hello: 1 })).isWritablePrimary, true);
  await client.close();
});

test('with TLS: members, users and this server speak nothing else; the authority of the installation is trusted', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-tls-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const files = [join(dir, 'ca.pem'), join(dir, 'ca.key')] as const;
  const authority = await openAuthority(...files, harnessed.data.vault);
  assert.doesNotMatch(readFileSync(files[1], 'utf8'), /PRIVATE/, 'the key rests sealed');
  const house = await open({ running: true, clusterSettings: { authority } });
  const groupId = await newProject(house);
  const { id, connectionStrings } = await newCluster(house, groupId, 'closed', 3);
  assert.match(connectionStrings.standard, /\/\?ssl=true&replicaSet=/);
  const shown = await house.api('GET', '/api/telamon/v1/certificateAuthority');
  assert.equal(shown.body.certificate, readFileSync(files[0], 'utf8'));
  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  const user = { databaseName: 'admin', username: 'u', password: 'password-1', roles };
  await house.api('POST', `/groups/${groupId}/databaseUsers`, user);
  const uri = connectionStrings.standard.replace('//', '//u:password-1@');
  const write = async (tlsCAFile: string, at = uri) => {
    const client = new MongoClient(at, { tlsCAFile, serverSelectionTimeoutMS: 3_000 });
    try {
      await client
        .db('x')
        .collection('c')
        .insertOne({ a: 1 }, { writeConcern: { w: 3 } });
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  };
  await until(
    () => write(files[0]),
    (it) => it,
  );
  await openAuthority(join(dir, 'other.pem'), join(dir, 'other.key'), harnessed.data.vault);
  assert.equal(await write(join(dir, 'other.pem')), false, 'another authority vouches for nothing here');
  const plain = new MongoClient(uri.replace('ssl=true&', ''), { serverSelectionTimeoutMS: 1_000 });
  await assert.rejects(plain.db('x').command({ ping: 1 }));
  await plain.close();
  const [victim] = running(id);
  process.kill(victim!, 'SIGKILL');
  await until(
    () => running(id),
    (it) => it.length === 3 && !it.includes(victim!),
  );
  await until(
    () => write(files[0]),
    (it) => it,
  );
});

test('secrets rest sealed', async () => {
  const house = await open();
  const groupId = await newProject(house);
  await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('sealed', 1));
  const stored = await house.state.db.collection<Cluster>('clusters').findOne({ name: 'sealed' });
  for (const text of Object.values(stored!.sealed)) assert.match(text, /^v1\./);
});
