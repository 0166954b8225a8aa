import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import {
  ensureReplicaSet,
  ensureUser,
  freePort,
  type MemberSpec,
  removeMember,
  replicaSetUri,
  startMember,
  stopMember,
  writeKeyFile,
} from '../../../src/mongod/index.ts';

export interface Source {
  client: MongoClient;
  /** As the user that a migration is told to make. */
  uri: string;
  ports: number[];
  /** Kills the primary as a power cut would; the returned function starts it again. */
  killPrimary(): Promise<() => Promise<void>>;
  end(): Promise<void>;
}

/** Somebody's replica set; with several members it elects another primary within about a second. */
export async function startSource(
  dir: string,
  mongod: string,
  members: number,
  { name = 'source', roles = ['backup', 'readAnyDatabase', 'clusterMonitor'] } = {},
): Promise<Source> {
  const keyFile = join(dir, 'key');
  writeKeyFile(keyFile, randomBytes(96).toString('base64'));
  const specs: MemberSpec[] = [];
  for (let n = 0; n < members; n++) {
    const port = await freePort(new Set(specs.map((it) => it.port)));
    const member = `${name}${n}`;
    specs.push({ name: member, dir: join(dir, member), port, replSet: name, keyFile, mongod, cacheGB: 0.25 });
  }
  await Promise.all(specs.map((it) => startMember(it)));
  const admin = { user: 'root', password: 'root' };
  const set = { replSet: name, members: specs.map(({ port }) => ({ host: '127.0.0.1', port })) };
  await ensureReplicaSet({ ...set, admin });
  const adminUri = replicaSetUri({ ...set, ...admin, authSource: 'admin' });
  const client = await new MongoClient(adminUri).connect();
  const { config } = await client.db('admin').command({ replSetGetConfig: 1 });
  const settings = { ...config.settings, electionTimeoutMillis: 1_000, heartbeatIntervalMillis: 300 };
  await client.db('admin').command({ replSetReconfig: { ...config, version: config.version + 1, settings } });
  const mover = { user: 'mover', password: 'm@ver' };
  await ensureUser(adminUri, { ...mover, roles: roles.map((role) => ({ role, db: 'admin' })) });
  return {
    client,
    uri: replicaSetUri({ ...set, ...mover, authSource: 'admin' }),
    ports: specs.map((it) => it.port),
    async killPrimary() {
      const { primary } = await client.db('admin').command({ hello: 1 });
      const spec = specs.find((it) => String(primary).endsWith(`:${it.port}`)) ?? specs[0]!;
      await stopMember(spec, { force: true });
      return async () => void (await startMember(spec));
    },
    async end() {
      await client.close();
      for (const it of specs) await removeMember(it);
    },
  };
}
