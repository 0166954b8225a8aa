import { Deployment } from './deployment.ts';

export interface Inventory {
  version: string;
  fcv: string;
  replicaSet: string;
  host: string;
  dbSizeBytes: number;
  oplogSizeMB: number;
  tls: boolean;
  sharded: boolean;
}

/** What an agent reports about a deployment before a migration. */
export async function inspectDeployment(uri: string): Promise<Inventory> {
  const deployment = await Deployment.connect(uri, { timeoutMS: 5_000 });
  try {
    return await inspect(deployment);
  } finally {
    await deployment.close();
  }
}

async function inspect(deployment: Deployment): Promise<Inventory> {
  const { hello, address, tls } = deployment;
  const { totalSize } = await deployment.command('admin', { listDatabases: 1 });
  return {
    version: await deployment.version(),
    fcv: await fcvOf(deployment),
    replicaSet: hello.setName ?? '',
    host: hello.primary ?? hello.me ?? address,
    dbSizeBytes: Number(totalSize ?? 0),
    oplogSizeMB: await oplogSizeMB(deployment),
    tls,
    sharded: isSharded(deployment),
  };
}

export const isSharded = ({ hello }: Deployment): boolean => hello.msg === 'isdbgrid';

/** Needs `getParameter`, which not every user that may read all data has; the version says the same but for upgrades. */
export async function fcvOf(deployment: Deployment): Promise<string> {
  try {
    const answer = await deployment.command('admin', { getParameter: 1, featureCompatibilityVersion: 1 });
    return answer.featureCompatibilityVersion.version;
  } catch {
    return (await deployment.version()).split('.').slice(0, 2).join('.');
  }
}

/** Zero when the user may not look at the oplog. */
async function oplogSizeMB(deployment: Deployment): Promise<number> {
  try {
    const { cursor } = await deployment.command('local', {
      aggregate: 'oplog.rs',
      pipeline: [{ $collStats: { storageStats: {} } }],
      cursor: {},
    });
    return Math.round(Number(cursor.firstBatch[0].storageStats.maxSize) / 2 ** 20);
  } catch {
    return 0;
  }
}
