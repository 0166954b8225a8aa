// A replica set that others run, for tests of what is registered.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MongoClient } from 'mongodb';
import {
  ensureReplicaSet,
  freePort,
  removeMember,
  replicaSetUri,
  startMember,
  writeKeyFile,
} from '../../src/mongod/index.ts';

/** One member that listens on 127.0.0.1, by which the set knows it, and on 127.0.0.2; it ends with the test. */
export async function othersSet(t: { after: TestContext['after'] }, mongod: string) {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-external-'));
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const admin = { user: 'root', password: 'p@ss/word' };
  const port = await freePort();
  const member = { name: 'theirs', dir: join(dir, 'm'), port, replSet: 'theirs', keyFile, mongod, cacheGB: 0.25 };
  t.after(async () => {
    await removeMember(member);
    rmSync(dir, { recursive: true, force: true });
  });
  await startMember({ ...member, address: '127.0.0.2' });
  const members = [{ host: '127.0.0.1', port }];
  await ensureReplicaSet({ replSet: 'theirs', members, admin });
  const uri = replicaSetUri({ members, replSet: 'theirs', ...admin, authSource: 'admin' });
  const client = new MongoClient(uri);
  t.after(() => client.close());
  return { port, uri, client };
}
