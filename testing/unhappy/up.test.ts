// What `telamon up` says and leaves when things are not as they should be.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { atlas } from '../../demo/atlas.ts';
import { telamon } from '../../demo/children.ts';
import { mongodCache } from '../../src/main/up.ts';
import {
  findMongod,
  freePort,
  type MemberSpec,
  removeMember,
  startMember,
  writeKeyFile,
} from '../../src/mongod/index.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { fails, kill9, processesWith, startUp, temporary } from './children.ts';

const up = (data: string, ...more: string[]) => ['up', '--json', '--port', '0', '--data', data, ...more];

test('no mongod to be had: what was named is named again', async (t) => {
  const dir = temporary(t);
  const { said, code } = await fails([...up(join(dir, 'data')), '--mongod', '/nowhere/mongod']);
  assert.equal(code, 1);
  assert.match(said, /\/nowhere\/mongod is not a mongod that runs here\. Mend --mongod or TELAMON_MONGOD\./);
  const none = await fails(up(join(dir, 'data')), {
    PATH: '/nonexistent',
    XDG_CACHE_HOME: join(dir, 'cache'),
    HTTPS_PROXY: 'http://127.0.0.1:1',
    https_proxy: 'http://127.0.0.1:1',
  });
  assert.equal(none.code, 1);
  assert.match(none.said, /No mongod to be had .*Install MongoDB or set TELAMON_MONGOD=/);
  assert.deepEqual(processesWith(dir), []);
});

test('a taken port, and nothing is left running', async (t) => {
  const dir = temporary(t);
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { said, code } = await fails(['up', '--json', '--port', String(port), '--data', join(dir, 'data')]);
  assert.equal(code, 1);
  assert.match(said, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*--port`));
  assert.deepEqual(processesWith(dir), []);
});

test('a data directory: in use, not writable, not empty', async (t) => {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const { child, made } = await startUp(t, data);
  const second = await fails(up(data));
  assert.equal(second.code, 1);
  assert.match(second.said, new RegExp(`in use by another Telamon \\(process ${child.process.pid}\\)`));
  assert.equal((await fetch(`${made.url}/api/atlas/v2`)).status, 401, 'the first one goes on');
  await child.stop();
  assert.equal(child.process.exitCode, 0);
  assert.deepEqual(processesWith(dir), []);

  writeFileSync(join(dir, 'file'), '');
  const below = await fails(up(join(dir, 'file', 'data')));
  assert.match(below.said, /cannot be written \(ENOTDIR\)\. Choose another with --data DIR\./);
  const ephemeral = await fails([...up(data), '--ephemeral']);
  assert.match(ephemeral.said, /is not empty, and --ephemeral would throw it away/);
  assert.ok(existsSync(join(data, 'master.key')));
});

test('a state store of one’s own that does not answer, or is a standalone', async (t) => {
  const dir = temporary(t);
  const nobody = await fails([
    ...up(join(dir, 'a')),
    '--state',
    `mongodb://127.0.0.1:${await freePort()}/t?serverSelectionTimeoutMS=500`,
  ]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.said, /The state store does not answer: .*Check the URI given with --state\./);
  const { path } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  writeKeyFile(join(dir, 'key'), Buffer.alloc(96, 7).toString('base64'));
  const spec: MemberSpec = {
    name: 's',
    dir: join(dir, 's'),
    port: await freePort(),
    replSet: 'rs',
    keyFile: join(dir, 'key'),
    mongod: path,
  };
  await startMember(spec);
  t.after(() => removeMember(spec));
  // A member that was never initiated is as good as a standalone.
  const alone = await fails([
    ...up(join(dir, 'b')),
    '--state',
    `mongodb://127.0.0.1:${spec.port}/t?directConnection=true&serverSelectionTimeoutMS=500`,
  ]);
  assert.equal(alone.code, 1);
  assert.match(alone.said, /state store/);
});

test('killed with a cluster running: the next start takes everything over, and prints one line', async (t) => {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const first = await startUp(t, data);
  const api = atlas(first.made.url, first.made.url, first.made);
  const { id } = await api.call('POST', '/groups', { name: 'p', orgId: first.made.orgId });
  const cluster = `/groups/${id}/clusters/lasting`;
  await api.call('POST', `/groups/${id}/clusters`, replicaSet('lasting', 1));
  await until(
    () => api.call('GET', cluster),
    (it) => it.stateName === 'IDLE',
  );
  const members = processesWith(join(data, 'clusters'));
  assert.equal(members.length, 1);
  await kill9(first.child);

  const lines: string[] = [];
  const again = telamon(up(data), () => {});
  t.after(again.stop);
  again.process.stdout!.on('data', (text) => lines.push(String(text)));
  const made = JSON.parse(await again.line((text) => text.startsWith('{')));
  assert.deepEqual({ ...made, url: 0 }, { ...first.made, url: 0 }, 'the same first owner');
  assert.deepEqual(processesWith(join(data, 'clusters')), members, 'the very same member');
  const later = atlas(made.url, made.url, made);
  assert.equal((await later.call('GET', cluster)).stateName, 'IDLE');
  await later.call('DELETE', cluster);
  await until(
    () => processesWith(join(data, 'clusters')),
    (it) => it.length === 0,
  );
  await again.stop();
  assert.equal(again.process.exitCode, 0);
  assert.equal(lines.join('').trim().split('\n').length, 1);
  assert.deepEqual(processesWith(dir), []);
});

test('told to stop while it starts, it leaves nothing', async (t) => {
  const dir = temporary(t);
  for (const ms of [100, 500, 900, 1_300]) {
    const data = join(dir, `data${ms}`);
    const child = telamon([...up(data), '--ephemeral'], () => {});
    await new Promise((resolve) => setTimeout(resolve, ms));
    await child.stop();
    await until(
      () => processesWith(data),
      (it) => it.length === 0,
      10_000,
    );
    assert.ok(!existsSync(data) || readdirSync(data).length === 0, `after ${ms} ms`);
  }
});

test('a state store that is slow to answer is waited for, and the wait told and ended', async (t) => {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const { child } = await startUp(t, data);
  const [store] = processesWith(join(data, 'state'));
  await kill9(child);
  process.kill(store!, 'SIGSTOP');
  const patient = telamon(up(data), () => {});
  t.after(patient.stop);
  // Longer than a single try of the driver takes.
  await patient.line((text) => /state store does not answer yet; waiting \(2[1-9] s /.test(text));
  process.kill(store!, 'SIGCONT');
  await patient.line((text) => text.startsWith('{'));
  await kill9(patient);

  process.kill(store!, 'SIGSTOP');
  const stopped = telamon(up(data), () => {});
  await stopped.line((text) => /state store does not answer yet/.test(text));
  const ended = stopped.stop();
  await stopped.line((text) => text === 'Stopping ...');
  process.kill(store!, 'SIGCONT');
  await stopped.line((text) => /Stopped while it waited for its state store/.test(text));
  await ended;
  assert.equal(stopped.process.exitCode, 1);
  assert.deepEqual(processesWith(dir), []);
});

test('what npx has started ends with the shell that npx puts before it', async (t) => {
  const data = join(temporary(t), 'data');
  const command = [process.execPath, new URL('../../bin/telamon.js', import.meta.url).pathname, 'up', '--json'];
  // More than one command, or some shells would give it their own place.
  const shell = spawn('sh', ['-c', '"$0" "$@"; exit', ...command, '--port', '0', '--ephemeral', '--data', data], {
    env: { ...process.env, npm_lifecycle_event: 'npx' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(shell.stdout, 'data');
  assert.ok(processesWith(data).length);
  shell.kill('SIGTERM');
  await until(
    () => processesWith(data).length,
    (it) => it === 0,
    30_000,
  );
  assert.equal(existsSync(data), false);
});
