import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { type Pair, startPair } from '../../bench/migration/deployments.ts';
import { quiet, ready } from '../../testing/migration/fixture.ts';
import { findMongod } from '../mongod/index.ts';
import { BufferPool } from './buffers.ts';
import { compareDeployments, createMigration } from './index.ts';
import { Wire } from './wire.ts';

const skip = hasOpenssl() ? false : 'openssl, which makes the certificates, is not here';
function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let pair: Pair;
before(async () => {
  if (skip) return;
  const cacheDir = join(process.env.TELAMON_CACHE ?? join(homedir(), '.cache', 'telamon'), 'mongod');
  const { path } = await findMongod({ cacheDir, log: () => {} });
  pair = await startPair(mkdtempSync(join(tmpdir(), 'telamon-tls-')), path);
  // Records of TLS end within documents, documents within records.
  const sizes = [1, 100, 16_000, 70_000, 1_000_000, 15_000_000];
  const documents = sizes.flatMap((size) => [{ size, fill: randomBytes(size) }, { size }]);
  for (const it of documents) await pair.source.client.db('app').collection('c').insertOne(it);
});
after(() => pair?.end());

for (const how of ['secure', 'x509'] as const) {
  test(`a migration over TLS, ${how === 'x509' ? 'the certificate being the login' : 'with SCRAM-SHA-256'}`, {
    skip,
  }, async () => {
    const [source, destination] = [pair.source[how], pair.destination[how]];
    let changed: Promise<unknown> | undefined;
    const migration = createMigration({
      ...{ id: how, source, destination, drop: true, log: quiet },
      onProgress: (p) => {
        if (!ready(p)) return;
        changed ??= pair.source.client
          .db('app')
          .collection('c')
          .updateMany({}, { $set: { [how]: 1 } })
          .then(() => migration.cutover());
      },
    });
    const { documents, changes } = await migration.run();
    await migration.forget();
    await changed;
    assert.equal(documents, 12);
    assert.ok(changes >= 12);
    assert.deepEqual((await compareDeployments(source, destination)).differences, []);
  });
}

test('a server whose authority is not trusted is not talked to', { skip }, async () => {
  const client = new MongoClient(pair.source.secure.replace(/tlsCAFile=[^&]+/, ''));
  const opening = Wire.open(client, client.options.hosts[0]!, new BufferPool());
  await assert.rejects(opening, /self-signed certificate/);
});
