import { readFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';

/** Whether as many members as were asked for are there, and each of them has all the data. */
export async function isWhole(uri: string, cluster: { replicationSpecs: Wanted[] }): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  try {
    const { members } = await client.db('admin').command({ replSetGetStatus: 1 });
    const healthy = (members as { stateStr: string }[]).filter((it) => /^(PRIMARY|SECONDARY)$/.test(it.stateStr));
    const wanted = cluster.replicationSpecs[0]!.regionConfigs[0]!.electableSpecs.nodeCount;
    return healthy.length === wanted && members.length === wanted;
  } catch {
    // Nobody answers at this moment, or no longer; it is asked again.
    return false;
  } finally {
    await client.close();
  }
}

interface Wanted {
  regionConfigs: { electableSpecs: { nodeCount: number } }[];
}

/** Of a member that runs. */
export function dbPathOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return line[line.indexOf('--dbpath') + 1];
  } catch {
    // It ended in this moment.
    return undefined;
  }
}
