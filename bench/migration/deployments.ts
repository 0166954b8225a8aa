/** A source and a destination that answer in the clear without a login, with TLS and SCRAM-SHA-256, and with X.509. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { freePort, writeKeyFile } from '../../src/mongod/index.ts';
import { until } from '../../testing/wait.ts';

const run = promisify(execFile);

export interface Deployment {
  plain: string;
  secure: string;
  /** With TLS and the certificate of a client as its login. */
  x509: string;
  client: MongoClient;
  /** CPU seconds that the server has used so far. */
  cpuSeconds(): number;
}

export interface Pair {
  source: Deployment;
  destination: Deployment;
  certificates: Certificates;
  end(): Promise<void>;
}

export interface Certificates {
  ca: string;
  server: string;
  client: string;
}

async function makeCertificates(dir: string): Promise<Certificates> {
  const [ca, server, client] = [join(dir, 'ca.pem'), join(dir, 'server.pem'), join(dir, 'client.pem')];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=bench'];
  await run('openssl', [...made, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', server, '-out', ca]);
  // mongod wants key and certificate in one file.
  await run('sh', ['-c', `cat ${ca} >> ${server}`]);
  const asked = [
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=mover',
    '-keyout',
    client,
    '-out',
    `${client}.csr`,
  ];
  await run('openssl', asked);
  const signed = ['x509', '-req', '-in', `${client}.csr`, '-CA', ca, '-CAkey', server, '-CAcreateserial', '-days', '2'];
  await run('openssl', [...signed, '-out', `${client}.crt`]);
  await run('sh', ['-c', `cat ${client}.crt >> ${client}`]);
  return { ca, server, client };
}

async function startOne(dir: string, name: string, mongod: string, tls: Certificates) {
  const data = join(dir, name);
  mkdirSync(data);
  const port = await freePort();
  const args = [
    '--dbpath',
    data,
    '--port',
    String(port),
    '--replSet',
    name,
    '--bind_ip',
    '127.0.0.1',
    '--nounixsocket',
  ];
  args.push('--keyFile', join(dir, 'key'), '--transitionToAuth', '--wiredTigerCacheSizeGB', '1', '--oplogSize', '4096');
  args.push('--tlsMode', 'preferTLS', '--tlsCertificateKeyFile', tls.server, '--tlsCAFile', tls.ca);
  args.push('--tlsAllowConnectionsWithoutCertificates', '--logpath', join(dir, `${name}.log`));
  const child = spawn(mongod, args, { stdio: 'ignore' });
  const plain = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const client = new MongoClient(plain, { serverSelectionTimeoutMS: 30_000 });
  const admin = client.db('admin');
  await admin.command({ replSetInitiate: { _id: name, members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
  await until(
    () => admin.command({ hello: 1 }),
    (it) => it.isWritablePrimary,
    30_000,
  );
  await admin.command({ createUser: 'bench', pwd: 'bench', roles: ['root'] });
  const secure = `mongodb://bench:bench@127.0.0.1:${port}/?replicaSet=${name}&authMechanism=SCRAM-SHA-256&authSource=admin&tls=true&tlsCAFile=${encodeURIComponent(tls.ca)}`;
  await client.db('$external').command({ createUser: 'CN=mover', roles: [{ role: 'root', db: 'admin' }] });
  const files = `tlsCAFile=${encodeURIComponent(tls.ca)}&tlsCertificateKeyFile=${encodeURIComponent(tls.client)}`;
  const x509 = `mongodb://127.0.0.1:${port}/?replicaSet=${name}&authMechanism=MONGODB-X509&authSource=$external&tls=true&${files}`;
  const cpuSeconds = () => {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(stat[11]) + Number(stat[12])) / 100;
  };
  const end = async () => {
    await client.close();
    child.kill('SIGKILL');
  };
  return { plain: `mongodb://127.0.0.1:${port}/?replicaSet=${name}`, secure, x509, client, cpuSeconds, end };
}

export async function startPair(dir: string, mongod: string): Promise<Pair> {
  writeKeyFile(join(dir, 'key'), randomBytes(96).toString('base64'));
  const tls = await makeCertificates(dir);
  const [source, destination] = await Promise.all(
    ['source', 'destination'].map((it) => startOne(dir, it, mongod, tls)),
  );
  const end = async () => {
    await Promise.all([source!.end(), destination!.end()]);
    rmSync(dir, { recursive: true, force: true });
  };
  return { source: source!, destination: destination!, certificates: tls, end };
}
