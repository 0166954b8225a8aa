import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mongodCache } from '../main/up.ts';
import { createClients } from './clients.ts';
import {
  ensureReplicaSet,
  findMongod,
  freePort,
  removeMember,
  replicaSetUri,
  startMember,
  stopMember,
  writeKeyFile,
} from './index.ts';

test('a set that did not answer the first time is reached once it does', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-clients-'));
  const { path: mongod } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const spec = { name: 'm', dir: join(dir, 'm'), port: await freePort(), replSet: 'rs', keyFile, mongod };
  const clients = createClients();
  t.after(async () => {
    await clients.stop();
    await removeMember(spec);
    rmSync(dir, { recursive: true, force: true });
  });
  const admin = { user: 'root', password: 'secret' };
  const set = { replSet: 'rs', members: [{ host: '127.0.0.1', port: spec.port }], admin };
  await startMember(spec);
  await ensureReplicaSet(set);
  await stopMember(spec);

  const ping = () =>
    clients.with(replicaSetUri({ ...set, ...admin, authSource: 'admin' }), (it) => it.db('x').command({ ping: 1 }));
  await assert.rejects(ping(), { name: 'MongoServerSelectionError' });
  await startMember(spec);
  assert.equal((await ping()).ok, 1);
});
