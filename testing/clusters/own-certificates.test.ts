// Members that show certificates of the operator's: drivers trust the operator's authority alone, a replaced file is
// taken over by members that go on running, and one authority follows another without an end of anything.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { MongoClient } from 'mongodb';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { issueToServer, newAuthority } from '../../src/base/certificates.ts';
import { replicaSet } from '../places.ts';
import { processesWith, startUp, temporary } from '../unhappy/children.ts';
import { until } from '../wait.ts';

const USER = { username: 'u', password: 'password-1', databaseName: 'admin' };

/** Which certificate a member shows, and whether one of these authorities vouches for it. */
async function shownAt(port: number, caFile?: string): Promise<{ serialNumber: string; isTrusted: boolean }> {
  const ca = caFile && readFileSync(caFile);
  const socket = connect({ host: '127.0.0.1', port, ca, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerX509Certificate()!;
  const { authorized } = socket;
  socket.destroy();
  return { serialNumber, isTrusted: authorized };
}

const portsOf = (uri: string) => [...uri.matchAll(/:(\d+)/g)].map((it) => Number(it[1]));

/** Whether all three members take a write of a driver that trusts this authority alone. */
async function takesWrites(uri: string, tlsCAFile: string): Promise<boolean> {
  const client = new MongoClient(uri, { tlsCAFile, serverSelectionTimeoutMS: 5_000 });
  try {
    await client
      .db('x')
      .collection('c')
      .insertOne({}, { writeConcern: { w: 3, wtimeoutMS: 20_000 } });
    return true;
  } catch {
    // It may not trust who answers, which is what is asked here; the caller says what it expects.
    return false;
  } finally {
    await client.close();
  }
}

async function newCluster(api: Atlas, orgId: string): Promise<{ path: string; uri: string }> {
  const { id } = await api.call('POST', '/groups', { name: 'p', orgId });
  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  await api.call('POST', `/groups/${id}/databaseUsers`, { ...USER, roles });
  const path = `/groups/${id}/clusters/c`;
  await api.call('POST', `/groups/${id}/clusters`, replicaSet('c', 3));
  const cluster = await until(
    () => api.call('GET', path),
    (it) => it.stateName === 'IDLE',
    120_000,
  );
  return { path, uri: cluster.connectionStrings.standard.replace('//', `//${USER.username}:${USER.password}@`) };
}

const patience = async (t: TestContext, what: string, ask: () => Promise<boolean>) => {
  t.diagnostic(what);
  await until(ask, (it) => it, 90_000);
};

test('certificates of the operator’s, replaced and changed for others while members run', async (t) => {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const authority = await newAuthority('Example', 30);
  const ca = file('example.pem', authority.certificate);
  const show = async (): Promise<string> => {
    const pair = await issueToServer(authority, ['127.0.0.1']);
    file('cert.pem', pair.certificate);
    file('cert.key', pair.key);
    return pair.certificate;
  };
  await show();
  const pairOptions = ['--cluster-cert', join(dir, 'cert.pem'), '--cluster-key', join(dir, 'cert.key')];
  const { child, made } = await startUp(t, data, '--tls', '--cluster-ca', ca, ...pairOptions);
  const { uri } = await newCluster(atlas(made.url, made.url, made), made.orgId);
  await patience(t, 'the operator’s authority is trusted', () => takesWrites(uri, ca));
  const pids = processesWith(join(data, 'clusters')).sort();
  const shown = () => Promise.all(portsOf(uri).map(async (it) => (await shownAt(it)).serialNumber));
  const trustedBy = (caFile: string) =>
    Promise.all(portsOf(uri).map(async (it) => (await shownAt(it, caFile)).isTrusted));
  const before = await shown();
  assert.equal(new Set(before).size, 1, 'all show the one certificate');

  await show();
  await patience(t, 'a replaced file is taken over', async () => (await shown()).every((it) => !before.includes(it)));
  await patience(t, 'and trusted', () => takesWrites(uri, ca));
  await child.stop();

  const own = await startUp(t, data, '--tls');
  await patience(t, 'the installation’s own authority follows', async () => new Set(await shown()).size === 3);
  await patience(t, 'and is trusted', () => takesWrites(uri, join(data, 'ca.pem')));
  assert.deepEqual(await trustedBy(join(data, 'ca.pem')), [true, true, true]);
  assert.deepEqual(await trustedBy(ca), [false, false, false], 'alone');
  await own.child.stop();

  const keyOptions = ['--cluster-ca', ca, '--cluster-ca-key', file('example.key', authority.key)];
  const last = await startUp(t, data, '--tls', ...keyOptions);
  await patience(t, 'the operator’s authority signs', () => takesWrites(uri, ca));
  assert.deepEqual(processesWith(join(data, 'clusters')).sort(), pids, 'no member was restarted');
  await last.child.stop();
});
