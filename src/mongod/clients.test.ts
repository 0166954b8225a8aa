import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../../testing/wait.ts';
import { issueToServer, newAuthority } from '../base/certificates.ts';
import { mongodCache } from '../main/up.ts';
import { createClients } from './clients.ts';
import {
  ensureReplicaSet,
  findMongod,
  freePort,
  type MemberSpec,
  removeMember,
  replicaSetUri,
  startMember,
  stopMember,
  writeKeyFile,
} from './index.ts';

/** A set of one, to be started. */
async function placed(t: TestContext, tls?: MemberSpec['tls']) {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-clients-'));
  const { path: mongod } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const spec: MemberSpec = { name: 'm', dir: join(dir, 'm'), port: await freePort(), replSet: 'rs', keyFile, mongod };
  if (tls) spec.tls = tls;
  const admin = { user: 'root', password: 'secret' };
  const set = { replSet: 'rs', members: [{ host: '127.0.0.1', port: spec.port, caFile: tls?.caFile }], admin };
  const clients = createClients();
  t.after(async () => {
    await clients.stop();
    await removeMember(spec);
    rmSync(dir, { recursive: true, force: true });
  });
  const uri = replicaSetUri({ ...set, ...admin, authSource: 'admin' });
  return { spec, set, ping: () => clients.with(uri, (it) => it.db('x').command({ ping: 1 })), clients };
}

test('a set that did not answer the first time is reached once it does', async (t) => {
  const { spec, set, ping } = await placed(t);
  await startMember(spec);
  await ensureReplicaSet(set);
  await stopMember(spec);
  await assert.rejects(ping(), { name: 'MongoServerSelectionError' });
  await startMember(spec);
  assert.equal((await ping()).ok, 1);
});

test('a client that is still connecting when all are closed does not stay open', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-clients-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const authority = await newAuthority('Test', 30);
  const { certificate, key } = await issueToServer(authority, ['127.0.0.1', 'localhost']);
  const [caFile, certificateFile] = [join(dir, 'ca.pem'), join(dir, 'm.pem')];
  writeFileSync(caFile, authority.certificate);
  writeFileSync(certificateFile, certificate + key);
  const { spec, set, ping, clients } = await placed(t, { caFile, certificateFile, clientCaFile: caFile });
  await startMember(spec);
  await ensureReplicaSet(set);
  // With TLS it reads a file before it begins to connect.
  const asked = ping().catch(() => {});
  await clients.stop();
  await asked;
  const open = () => process.getActiveResourcesInfo().filter((it) => it === 'TCPSocketWrap').length;
  await until(open, (it) => it === 0, 5_000);
});
