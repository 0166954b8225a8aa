import type { Document, MongoClient } from 'mongodb';
import { connected, direct, replicaSetUri, type SetSpec } from '../../mongod/index.ts';
import type { Cluster } from './model.ts';
import { type ProcessArgs, runtimeParameters } from './process-args.ts';

/** The feature compatibility version that a cluster should have: the binary's, unless another one is held. */
export const wantedFcv = ({ spec }: Cluster, version: string, now = new Date()): string => {
  const { pinned } = spec;
  const held = pinned && (!pinned.until || pinned.until > now);
  return held ? pinned.version : version.split('.').slice(0, 2).join('.');
};

const majority = { w: 'majority' as const };

async function fcvOf(client: MongoClient): Promise<string> {
  const found = await client.db('admin').command({ getParameter: 1, featureCompatibilityVersion: 1 });
  return found.featureCompatibilityVersion.version;
}

/** Settings that the set keeps itself, and that hold for all its members. */
async function tuneSet(client: MongoClient, args: ProcessArgs, members: number): Promise<void> {
  const admin = client.db('admin');
  const { defaultReadConcern, defaultWriteConcern = 'majority' } = args;
  // Of a cluster that the operator keeps smaller than was asked for, no more can be had than there are.
  const w = /^\d+$/.test(defaultWriteConcern) ? Math.min(Number(defaultWriteConcern), members) : defaultWriteConcern;
  const readConcern: Document = defaultReadConcern ? { level: defaultReadConcern } : {};
  await admin.command({
    setDefaultRWConcern: 1,
    defaultWriteConcern: { w, wtimeout: 0 },
    defaultReadConcern: readConcern,
    writeConcern: majority,
  });
  const seconds = args.changeStreamOptionsPreAndPostImagesExpireAfterSeconds ?? -1;
  const expireAfterSeconds = seconds < 0 ? 'off' : seconds;
  await admin.command({ setClusterParameter: { changeStreamOptions: { preAndPostImages: { expireAfterSeconds } } } });
}

/** Settings that every member keeps, or forgets at its restart. */
async function tuneMember(client: MongoClient, args: ProcessArgs): Promise<void> {
  const admin = client.db('admin');
  await admin.command({ setParameter: 1, ...runtimeParameters(args) });
  const { oplogSizeMB, oplogMinRetentionHours } = args;
  await admin.command({
    replSetResizeOplog: 1,
    ...(oplogSizeMB === undefined ? {} : { size: oplogSizeMB }),
    minRetentionHours: oplogMinRetentionHours ?? 0,
  });
}

/** Brings what a running mongod can change to what is wanted, and says which feature compatibility version there is. */
export async function tune(
  set: SetSpec,
  cluster: Cluster,
  { version, again }: { version: string; again: boolean },
): Promise<{ featureCompatibilityVersion: string; tuned: boolean }> {
  const { processArgs } = cluster.spec;
  // Members of a cluster nobody has ever wanted anything of are as mongod makes them.
  const tuned = cluster.status.tuned || Object.keys(processArgs).length > 0;
  if (again && tuned) {
    for (const member of set.members) await direct(member, set.admin, (client) => tuneMember(client, processArgs));
    await connected(uriOf(set), (client) => tuneSet(client, processArgs, set.members.length));
  }
  const wanted = wantedFcv(cluster, version);
  return connected(uriOf(set), async (client) => {
    if ((await fcvOf(client)) !== wanted)
      await client.db('admin').command({
        setFeatureCompatibilityVersion: wanted,
        ...(Number(version.split('.')[0]) >= 7 ? { confirm: true } : {}),
        writeConcern: majority,
      });
    return { featureCompatibilityVersion: wanted, tuned };
  });
}

const uriOf = (set: SetSpec): string => replicaSetUri({ ...set, ...set.admin, authSource: 'admin' });
