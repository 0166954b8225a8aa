import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority } from '../../base/authority.ts';
import { replaceFile } from '../../base/files.ts';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import {
  type Binary,
  findMember,
  freePort,
  isCurrent,
  isTooTrusting,
  logPath,
  type MemberSpec,
  type Pulses,
  removeMember,
  startMember,
  stopMember,
  writeKeyFile,
} from '../../mongod/index.ts';
import { type Cluster, type Member, replSetOf, type Slot } from './model.ts';
import { memberNameOf } from './names.ts';
import { startOptions } from './process-args.ts';
import { cacheGBOf, sizeOf } from './sizes.ts';

export interface HostOptions {
  /** Holds a directory per cluster, and in it one per member. */
  root: string;
  mongod: Binary;
  vault: Vault;
  /** The address under which others reach the members; the loopback address unless the operator names one. */
  address?: string;
  /** New members speak TLS alone, with certificates of this authority. */
  authority?: Authority;
  /** Of the name service: members are known by names in it, too. */
  zone?: string;
  pulses: Pulses;
  /** Sized so that several clusters fit on a small machine. */
  oplogMB?: number;
}

/** Members as mongod processes of this host, one by one. */
export interface Host {
  readonly home: string;
  readonly version: string;
  /** Where the authority's certificate is now, for members that speak TLS. */
  readonly caFile?: string;
  readonly zone?: string;
  /** A place for a new member; nothing runs yet. */
  place(cluster: Cluster, name: string, slot: Slot, taken: ReadonlySet<number>): Promise<Member>;
  isRunning(cluster: Cluster, member: Member): boolean;
  /** How often in a row a member that runs has left a question unanswered; it is asked every 5 seconds. */
  unanswered(cluster: Cluster, member: Member): number;
  /** Runs, and with the options that are wanted now. */
  isCurrent(cluster: Cluster, member: Member): boolean;
  /** Runs in a way that lets in whom nobody means to, and must start anew whether or not anything else is wanted. */
  isUnsafe(cluster: Cluster, member: Member): boolean;
  /** Starts a member, which outlives this process, or adopts it. Throws MemberFailed. */
  start(cluster: Cluster, member: Member): Promise<void>;
  stop(cluster: Cluster, member: Member): Promise<void>;
  /** Ends a member that hears nothing any more, without asking it. */
  kill(cluster: Cluster, member: Member): Promise<void>;
  /**
   * Writes whose client certificates the members accept: those of the authority, and of these (PEM) or of those that
   * were named last. Members that run must be told to read it.
   */
  trust(cluster: Cluster, pem?: string): Promise<void>;
  /** Writes the certificate that a member should show; false when it is there. One that runs must be told to read it. */
  certify(cluster: Cluster, member: Member): Promise<boolean>;
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

const PRIVATE = 0o600;

/** Earlier versions wrote down the authorities of customers together with their own alone. */
async function formerCustomers(file: string, own: string): Promise<string> {
  if (!existsSync(file)) return '';
  const { certificatesIn } = await import('../../base/certificates.ts');
  const ours = new Set(certificatesIn(own));
  return certificatesIn(readFileSync(file, 'utf8'))
    .filter((it) => !ours.has(it))
    .join('');
}

export function createHost(options: HostOptions): Host {
  const { root, mongod, vault, address, authority, zone, pulses, oplogMB = 1_024 } = options;
  const placeOf = (cluster: Cluster) => join(root, cluster._id);
  const clientCaFile = (cluster: Cluster) => join(placeOf(cluster), 'clients.pem');
  const dirOf = (cluster: Cluster, member: Member) => join(placeOf(cluster), member.name);
  const specOf = (cluster: Cluster, member: Member): MemberSpec => ({
    name: `${cluster.name}/${member.name}`,
    dir: dirOf(cluster, member),
    port: member.port,
    replSet: replSetOf(cluster),
    keyFile: join(placeOf(cluster), 'key'),
    mongod: mongod.path,
    cacheGB: cacheGBOf(member.instanceSize),
    maxConnections: sizeOf(member.instanceSize).maxConnections,
    oplogMB,
    ...(member.host ? { address: member.host } : {}),
    ...(member.caFile
      ? {
          tls: {
            certificateFile: join(placeOf(cluster), `${member.name}.pem`),
            caFile: member.caFile,
            clientCaFile: clientCaFile(cluster),
          },
        }
      : {}),
    options: startOptions(cluster.spec.processArgs, member.caFile !== undefined),
  });

  async function certify(cluster: Cluster, member: Member): Promise<boolean> {
    const { tls } = specOf(cluster, member);
    if (!tls) return false;
    if (!authority) throw new Error(`Member ${member.name} speaks TLS: start Telamon with --tls.`);
    if (!existsSync(tls.clientCaFile)) await trust(cluster, '');
    const named = zone ? [memberNameOf(cluster, member, zone)] : [];
    const hosts = [...(member.host ? [member.host] : []), 'localhost', '127.0.0.1', ...named];
    if (existsSync(tls.certificateFile) && authority.isCurrent(readFileSync(tls.certificateFile, 'utf8'), hosts))
      return false;
    replaceFile(tls.certificateFile, await authority.issue(hosts), PRIVATE);
    return true;
  }

  const customersFile = (cluster: Cluster) => join(placeOf(cluster), 'customers.pem');

  async function trust(cluster: Cluster, pem?: string): Promise<void> {
    if (!authority || !cluster.status.members.some((it) => it.caFile)) return;
    const [file, customers] = [clientCaFile(cluster), customersFile(cluster)];
    const own = readFileSync(authority.caFile, 'utf8');
    if (pem !== undefined || !existsSync(customers))
      replaceFile(customers, pem ?? (await formerCustomers(file, own)), PRIVATE);
    // The members are clients of each other.
    replaceFile(file, own + readFileSync(customers, 'utf8'), PRIVATE);
  }

  const pulseOf = (cluster: Cluster, member: Member) => `${cluster._id}/${member.name}`;

  return {
    home: homeOf(root),
    version: mongod.version,
    ...(authority ? { caFile: authority.caFile } : {}),
    ...(zone ? { zone } : {}),
    place: async (_cluster, name, slot, taken) => ({
      ...slot,
      name,
      port: await freePort(taken),
      ...(address ? { host: address } : {}),
      ...(authority ? { caFile: authority.caFile } : {}),
    }),
    isRunning: (cluster, member) => findMember({ dir: dirOf(cluster, member) }) !== undefined,
    unanswered: (cluster, member) =>
      pulses.missed(pulseOf(cluster, member), {
        host: '127.0.0.1',
        port: member.port,
        tls: member.caFile !== undefined,
      }),
    isCurrent: (cluster, member) => isCurrent(specOf(cluster, member)),
    isUnsafe: (cluster, member) => isTooTrusting(specOf(cluster, member)),
    async start(cluster, member) {
      const spec = specOf(cluster, member);
      writeKeyFile(spec.keyFile, vault.open(cluster.sealed.keyFile, cluster._id));
      if (!findMember(spec)) {
        // One that runs would have to be told; see `renew` of the provider.
        await certify(cluster, member);
        // Whoever held its port meanwhile may still hold a connection to it.
        pulses.forget(pulseOf(cluster, member));
      }
      await startMember(spec);
    },
    stop: (cluster, member) => stopMember(specOf(cluster, member)),
    async kill(cluster, member) {
      await stopMember(specOf(cluster, member), { force: true });
      pulses.forget(pulseOf(cluster, member));
    },
    trust,
    certify,
    remove: (cluster, member) => removeMember(specOf(cluster, member)),
    clear: (cluster) => rmSync(placeOf(cluster), { recursive: true, force: true }),
    logPath: (cluster, member) => logPath({ dir: dirOf(cluster, member) }),
  };
}
