// MongoDB's drivers and shell in several languages, by password and by certificate, with and without TLS. Each program
// writes and reads, tells who it is, waits while its user is deleted, and writes once more.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { type ApiClient, createApiClient } from '../../src/base/api-client.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { drivers } from './drivers.ts';
import { type Installation, installation } from './installation.ts';

const MEDIA = 'application/vnd.atlas.2025-02-19+json';
const PASSWORD = 'a-good-password';
const roles = [{ roleName: 'readWriteAnyDatabase', databaseName: 'admin' }];

interface Place {
  telamon: Installation;
  call: (method: string, path: string, body?: unknown) => ReturnType<ApiClient['call']>;
  /** What comes as it is, though its content type speaks of JSON. */
  text: (path: string) => Promise<string>;
  /** Path of the project. */
  group: string;
  uri: string;
  idle(): Promise<void>;
}

async function placeOn(telamon: Installation): Promise<Place> {
  const { publicKey, privateKey, url, orgId } = telamon;
  const api = createApiClient(`${url}/api/atlas/v2`, { username: publicKey, password: privateKey });
  const call: Place['call'] = (method, path, body) => api.call(method, path, { body, accept: MEDIA });
  const text: Place['text'] = async (path) => {
    const answer = await api.raw('POST', path, { body: {}, accept: MEDIA });
    assert.equal(answer.status, 201);
    return answer.text();
  };
  const { id } = await call('POST', '/groups', { name: 'drivers', orgId });
  const group = `/groups/${id}`;
  await call('POST', `${group}/clusters`, replicaSet('c', 1));
  const cluster = () => call('GET', `${group}/clusters/c`);
  const idle = async () => void (await until(cluster, (it) => it.stateName === 'IDLE', 60_000));
  await idle();
  return { telamon, call, text, group, idle, uri: (await cluster()).connectionStrings.standard };
}

const plain = await placeOn(await installation());
const secure = await placeOn(await installation({ more: ['--tls'] }));
const caFile = join(secure.telamon.dir, 'ca.pem');
const { publicKey, privateKey, url } = secure.telamon;
const own = createApiClient(`${url}/api/telamon/v1`, { username: publicKey, password: privateKey });
writeFileSync(caFile, (await own.call('GET', '/certificateAuthority')).certificate);

let count = 0;

/** A new user who logs in with a password; how it connects, and where it can be deleted. */
async function byPassword({ call, group, uri, idle }: Place, options: Record<string, string> = {}) {
  const username = `u${++count}`;
  await call('POST', `${group}/databaseUsers`, { databaseName: 'admin', username, password: PASSWORD, roles });
  await idle();
  const full = new URL(uri.replace('mongodb://', `http://${username}:${PASSWORD}@`).replace(/,[^/]*/, ''));
  for (const [name, value] of Object.entries(options)) full.searchParams.set(name, value);
  return {
    uri: full.href.replace('http://', 'mongodb://'),
    user: username,
    path: `${group}/databaseUsers/admin/${username}`,
  };
}

async function byCertificate({ telamon, call, text, group, uri, idle }: Place) {
  const username = `u${++count}`;
  await call('POST', `${group}/databaseUsers`, { databaseName: '$external', username, x509Type: 'MANAGED', roles });
  const tlsCertificateKeyFile = join(telamon.dir, `${username}.pem`);
  writeFileSync(tlsCertificateKeyFile, await text(`${group}/databaseUsers/${username}/certs`));
  await idle();
  const full = new URL(uri.replace('mongodb://', 'http://'));
  full.searchParams.set('authMechanism', 'MONGODB-X509');
  full.searchParams.set('authSource', '$external');
  full.searchParams.set('tlsCAFile', caFile);
  full.searchParams.set('tlsCertificateKeyFile', tlsCertificateKeyFile);
  return {
    ...{ uri: full.href.replace('http://', 'mongodb://'), user: `CN=${username}` },
    path: `${group}/databaseUsers/$external/${username}`,
  };
}

const ways: [string, Place, () => Promise<{ uri: string; user: string; path: string }>][] = [
  ['by password', plain, () => byPassword(plain)],
  ['by password, over TLS', secure, () => byPassword(secure, { tlsCAFile: caFile })],
  ['by certificate', secure, () => byCertificate(secure)],
];

/** The lines that a program prints, one after the other; what else it says comes with the failure when it ends early. */
function linesOf(child: ChildProcess): (begin: string) => Promise<string> {
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  let said = '';
  child.stderr!.on('data', (data) => {
    said += data;
  });
  return async (begin) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`it ended before it said "${begin}": ${said}`);
      if (value.startsWith(begin)) return value;
      said += `${value}\n`;
    }
  };
}

for (const driver of drivers)
  test(driver.name, async (t) => {
    const ready = await driver.ready(plain.telamon.dir);
    if ('skip' in ready) return t.skip(ready.skip);
    for (const [name, place, newUser] of ways)
      await t.test(name, async () => {
        const { uri, user, path } = await newUser();
        const [program, ...args] = ready.command.map((it) => (it === '$TELAMON_URI' ? uri : it));
        const child = spawn(program!, args, { env: { ...process.env, ...ready.env, TELAMON_URI: uri } });
        try {
          const line = linesOf(child);
          assert.equal(await line('in as '), `in as ${user}`);
          await place.call('DELETE', path);
          await place.idle();
          child.stdin.end('go on\n');
          assert.match(
            await line('then: '),
            /not authorized|requires authentication|Authentication failed|Could not find user/i,
          );
          if (child.exitCode === null) await once(child, 'exit');
          assert.equal(child.exitCode, 0);
        } finally {
          child.kill('SIGKILL');
        }
      });
  });
