import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import {
  type Binary,
  findMember,
  freePort,
  logPath,
  type MemberSpec,
  removeMember,
  startMember,
  writeKeyFile,
} from '../../mongod/index.ts';
import { type Cluster, type Member, replSetOf } from './model.ts';
import type { Provider } from './provider.ts';

export interface LocalOptions {
  /** Holds a directory per cluster, and in it one per member. */
  root: string;
  mongod: Binary;
  vault: Vault;
  /** WiredTiger cache and oplog per member, sized so that several clusters fit on a small machine. */
  cacheGB?: number;
  oplogMB?: number;
}

/** A name for this directory, made at its first use. A host's own name will not do: a container's changes. */
function homeOf(root: string): string {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const file = join(root, 'home');
  try {
    writeFileSync(file, newId(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/** Members as mongod processes on this host, on the loopback interface. */
export function createLocalProvider(options: LocalOptions): Provider {
  const { root, mongod, vault, cacheGB = 0.25, oplogMB = 1_024 } = options;
  const home = homeOf(root);
  const placeOf = (cluster: Cluster) => join(root, cluster._id);
  const specOf = (cluster: Cluster, member: Member): MemberSpec => ({
    name: `${cluster.name}/${member.name}`,
    dir: join(placeOf(cluster), member.name),
    port: member.port,
    replSet: replSetOf(cluster),
    keyFile: join(placeOf(cluster), 'key'),
    mongod: mongod.path,
    cacheGB,
    oplogMB,
  });
  return {
    home,
    version: mongod.version,
    async plan(cluster, priorities) {
      const taken = new Set<number>();
      const members: Member[] = [];
      for (const [n, priority] of priorities.entries()) {
        const port = await freePort(taken);
        taken.add(port);
        members.push({ name: `${cluster.name.toLowerCase()}-${n}`, port, priority });
      }
      return members;
    },
    isRunning: (cluster, member) => findMember(specOf(cluster, member)) !== undefined,
    async start(cluster, member) {
      const spec = specOf(cluster, member);
      writeKeyFile(spec.keyFile, vault.open(cluster.sealed.keyFile, cluster._id));
      await startMember(spec);
    },
    moved: async (member, others) => ({ ...member, port: await freePort(new Set(others.map((it) => it.port))) }),
    logPath: (cluster, member) => logPath(specOf(cluster, member)),
    async remove(cluster) {
      await Promise.all(cluster.status.members.map((it) => removeMember(specOf(cluster, it))));
      rmSync(placeOf(cluster), { recursive: true, force: true });
    },
  };
}
