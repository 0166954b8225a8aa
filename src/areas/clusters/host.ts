import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import {
  type Binary,
  findMember,
  freePort,
  isCurrent,
  logPath,
  type MemberSpec,
  removeMember,
  startMember,
  stopMember,
  writeKeyFile,
} from '../../mongod/index.ts';
import { type Cluster, type Member, replSetOf, type Slot } from './model.ts';
import { startOptions } from './process-args.ts';
import { cacheGBOf, sizeOf } from './sizes.ts';

export interface HostOptions {
  /** Holds a directory per cluster, and in it one per member. */
  root: string;
  mongod: Binary;
  vault: Vault;
  /** The address under which others reach the members; the loopback address unless the operator names one. */
  address?: string;
  /** Sized so that several clusters fit on a small machine. */
  oplogMB?: number;
}

/** Members as mongod processes of this host, one by one. */
export interface Host {
  readonly home: string;
  readonly version: string;
  /** A place for a new member; nothing runs yet. */
  place(cluster: Cluster, name: string, slot: Slot, taken: ReadonlySet<number>): Promise<Member>;
  isRunning(cluster: Cluster, member: Member): boolean;
  /** Runs, and with the options that are wanted now. */
  isCurrent(cluster: Cluster, member: Member): boolean;
  /** Starts a member, which outlives this process, or adopts it. Throws MemberFailed. */
  start(cluster: Cluster, member: Member): Promise<void>;
  stop(cluster: Cluster, member: Member): Promise<void>;
  /** Stops a member and removes its data. */
  remove(cluster: Cluster, member: Member): Promise<void>;
  /** Removes what is left of a cluster without members. */
  clear(cluster: Cluster): void;
  logPath(cluster: Cluster, member: Member): string;
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

export function createHost({ root, mongod, vault, address, oplogMB = 1_024 }: HostOptions): Host {
  const placeOf = (cluster: Cluster) => join(root, cluster._id);
  const specOf = (cluster: Cluster, member: Member): MemberSpec => ({
    name: `${cluster.name}/${member.name}`,
    dir: join(placeOf(cluster), member.name),
    port: member.port,
    replSet: replSetOf(cluster),
    keyFile: join(placeOf(cluster), 'key'),
    mongod: mongod.path,
    cacheGB: cacheGBOf(member.instanceSize),
    maxConnections: sizeOf(member.instanceSize).maxConnections,
    oplogMB,
    ...(member.host ? { address: member.host } : {}),
    options: startOptions(cluster.spec.processArgs),
  });
  return {
    home: homeOf(root),
    version: mongod.version,
    place: async (_cluster, name, slot, taken) => ({
      ...slot,
      name,
      port: await freePort(taken),
      ...(address ? { host: address } : {}),
    }),
    isRunning: (cluster, member) => findMember(specOf(cluster, member)) !== undefined,
    isCurrent: (cluster, member) => isCurrent(specOf(cluster, member)),
    async start(cluster, member) {
      const spec = specOf(cluster, member);
      writeKeyFile(spec.keyFile, vault.open(cluster.sealed.keyFile, cluster._id));
      await startMember(spec);
    },
    stop: (cluster, member) => stopMember(specOf(cluster, member)),
    remove: (cluster, member) => removeMember(specOf(cluster, member)),
    clear: (cluster) => rmSync(placeOf(cluster), { recursive: true, force: true }),
    logPath: (cluster, member) => logPath(specOf(cluster, member)),
  };
}
