// `mongodb+srv` strings: drivers find a cluster by names that Telamon tells, with and without TLS, while its members
// come and go.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { replicaSet } from '../places.ts';
import { processesWith, startUp, temporary } from '../unhappy/children.ts';
import { until } from '../wait.ts';

const ZONE = 'db.example.com';
const USER = { username: 'u', password: 'password-1', databaseName: 'admin' };
const zoned = ['--srv-zone', ZONE, '--srv-listen', '127.0.0.1:0'];

/** The members' names too: those are asked for where the system asks, which knows nothing of the zone. */
const lookup: LookupFunction = (name, _options, done) =>
  dns.resolve4(name, (error, found) =>
    done(
      error,
      found?.map((address) => ({ address, family: 4 })),
    ),
  );

/** Starts Telamon with the zone, and has this process ask it for names. */
async function startWithZone(t: TestContext, data: string, ...more: string[]) {
  const up = await startUp(t, data, ...zoned, ...more);
  const { address } = (up.made as unknown as { srv: { address: string } }).srv;
  dns.setServers([address]);
  dns.promises.setServers([address]);
  return { ...up, api: atlas(up.made.url, up.made.url, up.made) };
}

/** Writes to a majority over an SRV string; gives the addresses that the driver began with. */
async function write(srv: string, options: { tlsCAFile?: string } = {}): Promise<string[]> {
  const uri = srv.replace('//', `//${USER.username}:${USER.password}@`);
  const client = new MongoClient(uri, { ...options, lookup, serverSelectionTimeoutMS: 10_000 });
  const seeds = new Set<string>();
  client.on('serverOpening', ({ address }) => seeds.add(address));
  try {
    await client
      .db('x')
      .collection('c')
      .insertOne({}, { writeConcern: { w: 'majority' } });
  } finally {
    await client.close();
  }
  return [...seeds].filter((it) => it.includes(ZONE)).sort();
}

async function newCluster(api: Atlas, orgId: string, size: number): Promise<string> {
  const { id } = await api.call('POST', '/groups', { name: 'p', orgId });
  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  await api.call('POST', `/groups/${id}/databaseUsers`, { ...USER, roles });
  await api.call('POST', `/groups/${id}/clusters`, replicaSet('Shop', size));
  return `/groups/${id}/clusters/Shop`;
}

const idle = (api: Atlas, path: string) =>
  until(
    () => api.call('GET', path),
    (it) => it.stateName === 'IDLE',
    120_000,
  );

test('without TLS the string says so, and the names follow the members', async (t) => {
  const { api, made } = await startWithZone(t, join(temporary(t), 'data'));
  const path = await newCluster(api, made.orgId, 1);
  const cluster = await idle(api, path);
  const srv = cluster.connectionStrings.standardSrv as string;
  const label = `shop-${cluster.id.slice(-8)}`;
  assert.equal(srv, `mongodb+srv://${label}.${ZONE}/?tls=false`);
  const member = (n: number) => `${label}-${n}.${ZONE}`;
  const portsOf = (it: { connectionStrings: { standard: string } }) =>
    [...it.connectionStrings.standard.matchAll(/:(\d+)/g)].map((found) => Number(found[1]));
  assert.deepEqual(await write(srv), [`${member(0)}:${portsOf(cluster)[0]}`]);

  await api.call('PATCH', path, { replicationSpecs: replicaSet('Shop', 3).replicationSpecs });
  const three = await idle(api, path);
  assert.equal(three.connectionStrings.standardSrv, srv);
  assert.deepEqual(
    await write(srv),
    portsOf(three).map((port, n) => `${member(n)}:${port}`),
  );

  await api.call('PATCH', path, { paused: true });
  await idle(api, path);
  await api.call('PATCH', path, { paused: false });
  await idle(api, path);
  assert.equal((await write(srv)).length, 3, 'after a pause');

  await api.call('DELETE', path);
  await until(
    () => dns.promises.resolveSrv(`_mongodb._tcp.${label}.${ZONE}`).catch((error) => error.code),
    (it) => it === 'ENOTFOUND',
    60_000,
  );
});

test('with TLS members that run get certificates with their names, and the string is there from then on', async (t) => {
  const data = join(temporary(t), 'data');
  const tlsCAFile = join(data, 'ca.pem');
  const before = await startUp(t, data, '--tls');
  const path = await newCluster(atlas(before.made.url, before.made.url, before.made), before.made.orgId, 3);
  const cluster = await idle(atlas(before.made.url, before.made.url, before.made), path);
  assert.equal('standardSrv' in cluster.connectionStrings, false, 'without a zone there is none');
  const pids = processesWith(join(data, 'clusters')).sort();
  await before.child.stop();

  const { api, child } = await startWithZone(t, data, '--tls');
  const named = await until(
    () => api.call('GET', path),
    (it) => it.connectionStrings.standardSrv !== undefined,
    60_000,
  );
  const srv = named.connectionStrings.standardSrv as string;
  assert.equal(srv, `mongodb+srv://shop-${cluster.id.slice(-8)}.${ZONE}`, 'such a string stands for TLS');
  assert.equal((await write(srv, { tlsCAFile })).length, 3);
  assert.deepEqual(processesWith(join(data, 'clusters')).sort(), pids, 'no member was restarted');
  await child.stop();

  const after = await startUp(t, data, '--tls');
  const alone = await atlas(after.made.url, after.made.url, after.made).call('GET', path);
  assert.equal('standardSrv' in alone.connectionStrings, false, 'and without the zone it is gone');
  await after.child.stop();
});
