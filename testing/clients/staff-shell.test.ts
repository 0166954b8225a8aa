// `telamon staff` as staff use it, on a host that has mongosh: the shell looks at the processes, and at no data.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApiClient } from '../../src/base/api-client.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { mongosh } from './drivers.ts';
import { installation } from './installation.ts';

const MEDIA = 'application/vnd.atlas.2025-02-19+json';
const found = await mongosh();

test('telamon staff shell: mongosh on a session that ends with it', { skip: found.skip }, async () => {
  assert.ok(found.skip === undefined);
  const telamon = await installation({ more: ['--tls'] });
  const { url, publicKey, privateKey, orgId, dir } = telamon;
  const api = createApiClient(`${url}/api/atlas/v2`, { username: publicKey, password: privateKey });
  const call = (method: string, path: string, body?: unknown) => api.call(method, path, { body, accept: MEDIA });
  await call('PATCH', `/orgs/${orgId}/settings`, { restrictEmployeeAccess: true });
  const { id } = await call('POST', '/groups', { name: 'p', orgId });
  const cluster = `/groups/${id}/clusters/c`;
  await call('POST', `/groups/${id}/clusters`, replicaSet('c', 1));
  await until(
    () => call('GET', cluster),
    (it) => it.stateName === 'IDLE',
    120_000,
  );

  const env: Record<string, string> = {
    // The shell keeps its logs and its history at home.
    ...{ HOME: dir, TELAMON_STAFF_LOGIN: join(dir, 'login.json') },
    PATH: `${found.bin}:${process.env.PATH}`,
  };
  /** Runs `telamon staff ...args` and gives what it says and how it ended. */
  async function staff(args: string[], input = ''): Promise<{ code: number; said: string }> {
    const child = spawn(process.execPath, ['bin/telamon.js', 'staff', ...args], { env: { ...process.env, ...env } });
    let said = '';
    for (const it of [child.stdout, child.stderr])
      it.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    child.stdin.end(input);
    const [code] = await once(child, 'close');
    return { code, said };
  }

  const made = await staff(['create', 'Ann', '--data', join(dir, 'data')]);
  assert.equal(made.code, 0, made.said);
  const { username, password } = JSON.parse(made.said);
  env.TELAMON_STAFF_PASSWORD = password;
  assert.equal((await staff(['login', url, username])).code, 0);
  const before = await staff(['shell', 'c']);
  assert.notEqual(before.code, 0);
  assert.match(before.said, /There is no cluster c that its customer lets staff see/);

  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: '2100-01-01T00:00:00Z' };
  await call('POST', `${cluster}:grantMongoDBEmployeeAccess`, grant);
  const lines = [
    "print('member', db.adminCommand({ replSetGetStatus: 1 }).members[0].stateStr)",
    "print('user', db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers[0].user)",
    "try { db.getSiblingDB('shop').orders.findOne(); print('data', 'read') } catch (e) { print('data', e.codeName) }",
    'exit',
  ];
  const shell = await staff(['shell', 'c'], `${lines.join('\n')}\n`);
  assert.equal(shell.code, 0, shell.said);
  assert.match(shell.said, /member PRIMARY/);
  assert.match(shell.said, /user mongodb-employee\d+/);
  assert.match(shell.said, /data Unauthorized/);

  const { code, said } = await staff(['session', 'c']);
  assert.equal(code, 0, said);
  assert.match(JSON.parse(said).uri, /^mongodb:\/\/mongodb-employee\d+:/);
  const { results } = await call('GET', `/groups/${id}/events?eventType=HOST_SSH_SESSION_ENDED`);
  assert.equal(results.length, 1, 'the session of the shell has ended with it, the other one has not');
});
