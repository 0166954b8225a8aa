import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { until } from '../../testing/wait.ts';
import {
  dropUser,
  ensureReplicaSet,
  ensureUser,
  findMember,
  findMongod,
  freePort,
  type MemberSpec,
  removeMember,
  replicaSetUri,
  startMember,
  stopMember,
  untilPrimary,
  writeKeyFile,
} from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'telamon-mongod-'));
const admin = { user: 'root', password: 'p@ss/word:%' };
const specs: MemberSpec[] = [];
const set = () => ({ replSet: 'rs', members: specs.map((it) => ({ host: '127.0.0.1', port: it.port })), admin });
const uri = () => replicaSetUri({ ...set(), ...admin, authSource: 'admin' });

before(async () => {
  const cacheDir = join(process.env.TELAMON_CACHE ?? join(homedir(), '.cache', 'telamon'), 'mongod');
  const { path } = await findMongod({ cacheDir, log: () => {} });
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  for (const name of ['m0', 'm1', 'm2'])
    specs.push({
      name,
      dir: join(dir, name),
      port: await freePort(),
      replSet: 'rs',
      keyFile,
      mongod: path,
      cacheGB: 0.25,
    });
});

after(async () => {
  for (const spec of specs) await removeMember(spec);
  rmSync(dir, { recursive: true, force: true });
});

test('three members become a set with authentication on; forming it again changes nothing', async (t) => {
  const began = Date.now();
  await Promise.all(specs.map((it) => startMember(it)));
  await ensureReplicaSet(set());
  t.diagnostic(`three members ready in ${Date.now() - began} ms`);
  await ensureReplicaSet(set());
  const anonymous = new MongoClient(replicaSetUri(set()));
  await assert.rejects(anonymous.db('x').collection('c').insertOne({ a: 1 }), /requires authentication/);
  await anonymous.close();
  const client = new MongoClient(uri());
  await client
    .db('x')
    .collection('c')
    .insertOne({ a: 1 }, { writeConcern: { w: 3 } });
  await client.close();
});

test('a set of which no member runs any more is not waited for', async () => {
  const gone = { ...set(), members: [{ host: '127.0.0.1', port: await freePort() }] };
  await assert.rejects(untilPrimary(gone), /No member of replica set rs answers/);
});

test('a second start adopts the running member; a killed one comes back', async () => {
  const pid = findMember(specs[1]!)!.pid;
  assert.equal((await startMember(specs[1]!)).pid, pid);
  await stopMember(specs[1]!, { force: true });
  assert.equal(findMember(specs[1]!), undefined);
  const again = await startMember(specs[1]!);
  assert.notEqual(again.pid, pid);
  await ensureReplicaSet(set());
});

test('an open session fails at its next command once its user is dropped', async () => {
  await ensureUser(uri(), { user: 'u', password: 'p', roles: [{ role: 'read', db: 'x' }] });
  await ensureUser(uri(), { user: 'u', password: 'p', roles: [{ role: 'read', db: 'x' }] });
  const client = new MongoClient(replicaSetUri({ ...set(), user: 'u', password: 'p', authSource: 'admin' }));
  assert.equal(await client.db('x').collection('c').countDocuments(), 1);
  await dropUser(uri(), 'u');
  await dropUser(uri(), 'u');
  await assert.rejects(
    client.db('x').collection('c').countDocuments(),
    /requires authentication|not authorized|Unauthorized|no longer exists/i,
  );
  await client.close();
});

test('a member that recovers for long before it listens is left to it, and adopted', async (t) => {
  const mongod = join(dir, 'slow-mongod');
  const text = `#!${process.execPath}
    const { writeFileSync } = require('node:fs');
    const data = process.argv[process.argv.indexOf('--dbpath') + 1];
    process.on('SIGUSR2', () => writeFileSync(data + '/goes-on', ''));
    setInterval(() => {}, 1_000);
    writeFileSync(data + '/mongod.lock', String(process.pid));`;
  writeFileSync(mongod, text, { mode: 0o755 });
  const spec = { ...specs[0]!, name: 'recovering', dir: join(dir, 'recovering'), port: await freePort(), mongod };
  t.after(() => stopMember(spec, { force: true }));
  await assert.rejects(startMember(spec, { limitMs: 1_000 }), /does not yet answer .* What it does is in its log/);
  const running = await until(
    () => findMember(spec),
    (it) => it !== undefined,
  );
  process.kill(running!.pid, 'SIGUSR2');
  await until(
    () => existsSync(join(spec.dir, 'data', 'goes-on')),
    (it) => it,
  );
  assert.equal((await startMember(spec)).pid, running!.pid);
});

test('a taken port is told as such and leaves no process', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const spec = { ...specs[0]!, name: 'late', dir: join(dir, 'late'), port };
  await assert.rejects(startMember(spec), { code: 'PORT_IN_USE' });
  assert.equal(findMember(spec), undefined);
  server.close();
});

/** A process that looks like a member. */
async function pretended(name: string) {
  const spec = { ...specs[0]!, name, dir: join(dir, name), port: await freePort() };
  mkdirSync(join(spec.dir, 'data'), { recursive: true });
  const child = spawn('sh', ['-c', 'while :; do sleep 1; done', '--dbpath', join(spec.dir, 'data'), '--port', '1']);
  writeFileSync(join(spec.dir, 'data', 'mongod.lock'), String(child.pid));
  return { spec, child };
}

test('a member that ends just before it is told to is stopped, and one that ends too late is told of', async (t) => {
  const gone = await pretended('gone');
  const held = await pretended('held');
  const kill = process.kill.bind(process);
  t.after(() => kill(held.child.pid!, 'SIGKILL'));
  t.mock.method(process, 'kill', (pid: number, name: NodeJS.Signals | 0) => {
    if (name === 0) return kill(pid, name);
    // As the kernel does with one that waits for a disk.
    if (pid === held.child.pid) return true;
    kill(pid, 'SIGKILL');
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  await stopMember(gone.spec);
  const told = { code: 'FAILED', message: /held .* was killed and does not end\. Look whether the disk of .*held/ };
  await assert.rejects(stopMember(held.spec, { peaceMs: 50, deathMs: 50 }), told);
  assert.ok(findMember(held.spec));
});
