// The clusters' room with a control plane at work, for tests that look at what becomes of real members.
import { MongoClient } from 'mongodb';
import type { Cluster } from '../../src/areas/clusters/model.ts';
import { openClusterRoom, wantedCluster } from './fixture.ts';

export const isIdle = (it: Cluster | null): boolean => it?.status.state === 'IDLE';

/** Whether a cluster is in trouble, and says so in words like these. */
export const says =
  (pattern: RegExp) =>
  (it: Cluster | null): boolean =>
    it?.status.state === 'REPAIRING' && pattern.test(it.status.message ?? '');

export async function openRunningRoom() {
  const room = await openClusterRoom();
  let plane: ReturnType<typeof room.controlPlane>;
  const startControl = (): void => {
    plane = room.controlPlane();
    plane.start();
  };
  const stopControl = (): Promise<void> => plane.stop();
  startControl();
  const untilIdle = async (id: string) => (await room.until(id, isIdle, 120_000))!;
  return {
    ...room,
    untilIdle,
    startControl,
    stopControl,
    async newCluster(name: string, nodes: number): Promise<Cluster> {
      const { id } = await room.ask('createGroupCluster', {}, wantedCluster(name, nodes));
      return untilIdle(id);
    },
    /** A write that the majority acknowledges. */
    async write(cluster: Cluster): Promise<void> {
      const client = new MongoClient(room.questions.adminUri(cluster));
      try {
        const writeConcern = { w: 'majority' as const };
        await client.db('x').collection('c').insertOne({ a: 1 }, { writeConcern });
      } finally {
        await client.close();
      }
    },
    async close(): Promise<void> {
      await stopControl();
      await room.close();
    },
  };
}

export type RunningRoom = Awaited<ReturnType<typeof openRunningRoom>>;
