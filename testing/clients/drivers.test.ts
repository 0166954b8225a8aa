// MongoDB's drivers and shell in several languages, by password and by certificate, with and without TLS, by address and
// by name. Each program writes and reads, tells who it is, waits while its user is deleted, and writes once more.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
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
  /** By the name service, where it is told names in a zone. */
  srv?: string;
  idle(): Promise<void>;
}

/** Where programs ask for names that get this file in the place of the machine's own: on the port that none can choose. */
const NAME_SERVER = '127.53.0.1';
const resolvConf = join(mkdtempSync(join(tmpdir(), 'telamon-names-')), 'resolv.conf');
writeFileSync(resolvConf, `nameserver ${NAME_SERVER}\n`);
after(() => rmSync(dirname(resolvConf), { recursive: true }));
const withNames = (command: readonly string[]): string[] => [
  ...['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf],
  ...command,
];
/** Not everybody may give a program another file in that place. */
const [named, ...namedArgs] = withNames(['true']);
const isNameable = spawnSync(named!, namedArgs).status === 0;

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
  const { standard, standardSrv } = (await cluster()).connectionStrings;
  return { telamon, call, text, group, idle, uri: standard, srv: standardSrv };
}

const plain = await placeOn(await installation());
const zone = isNameable ? ['--srv-zone', 'db.example.com', '--srv-listen', `${NAME_SERVER}:53`] : [];
const secure = await placeOn(await installation({ more: ['--tls', ...zone] }));
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

async function byName(place: Place) {
  const { user, path } = await byPassword(place);
  const login = place.srv!.replace('//', `//${user}:${PASSWORD}@`);
  return { uri: `${login}/?tlsCAFile=${encodeURIComponent(caFile)}`, user, path };
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

type Way = [string, Place, () => Promise<{ uri: string; user: string; path: string }>];
const ways: Way[] = [
  ['by password', plain, () => byPassword(plain)],
  ['by password, over TLS', secure, () => byPassword(secure, { tlsCAFile: caFile })],
  ['by certificate', secure, () => byCertificate(secure)],
  ...(isNameable ? [['by name, over TLS', secure, () => byName(secure)] as Way] : []),
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
        const command = ready.command.map((it) => (it === '$TELAMON_URI' ? uri : it));
        const [program, ...args] = uri.startsWith('mongodb+srv:') ? withNames(command) : command;
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
