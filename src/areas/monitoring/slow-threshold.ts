import type { Document } from 'mongodb';
import type { State, Tx } from '../../base/state.ts';
import type { Clients } from '../../mongod/index.ts';
import { isUp } from '../clusters/questions.ts';
import { type MonitoredClusters, type Process, processesOf } from './processes.ts';

/** Above this many milliseconds an operation is slow where nothing is managed; mongod's own default. */
const UNMANAGED_MS = 100;
const LEAST_MS = 20;
/** An operation is slow that takes so many times as long as they do on average. */
const TIMES_MEAN = 10;

/**
 * The threshold that a process's own reads and writes suggest, in milliseconds: never above the one without management,
 * and never so low that the log is full of what is well. Atlas says that it goes by the average, and not how.
 */
export function thresholdOf({ opLatencies }: Document): number {
  const [reads, writes] = [opLatencies?.reads, opLatencies?.writes];
  const ops = Number(reads?.ops ?? 0) + Number(writes?.ops ?? 0);
  if (!ops) return UNMANAGED_MS;
  // mongod counts in microseconds.
  const mean = (Number(reads.latency) + Number(writes.latency)) / ops / 1_000;
  return Math.min(UNMANAGED_MS, Math.max(LEAST_MS, Math.round(TIMES_MEAN * mean)));
}

/** A project whose threshold is managed, or was until a moment ago; of the others nothing is kept. */
interface SlowThreshold {
  /** The project's id. */
  _id: string;
  managed: boolean;
}

/** The only code that touches the collection `slowThresholds`. */
export function createThresholdStore(state: State) {
  const thresholds = state.db.collection<SlowThreshold>('slowThresholds');
  return {
    find: (groupId: string, tx?: Tx) => thresholds.findOne({ _id: groupId }, { session: tx }),
    all: async (): Promise<string[]> => (await thresholds.find().toArray()).map((it) => it._id),
    manage: (groupId: string, tx: Tx) =>
      thresholds.updateOne({ _id: groupId }, { $set: { managed: true } }, { upsert: true, session: tx }),
    /** Its processes have yet to be brought back. */
    leave: (groupId: string, tx: Tx) =>
      thresholds.updateOne({ _id: groupId }, { $set: { managed: false } }, { session: tx }),
    /** Unless it is managed again. */
    forget: (groupId: string) => thresholds.deleteOne({ _id: groupId, managed: false }),
    clearGroup: async (groupId: string, tx: Tx): Promise<void> =>
      void (await thresholds.deleteOne({ _id: groupId }, { session: tx })),
  };
}

export type ThresholdStore = ReturnType<typeof createThresholdStore>;

const apply = (clients: Clients, it: Process, managed: boolean): Promise<void> =>
  clients.with(it.adminUri, async (client) => {
    const admin = client.db('admin');
    const wanted = managed ? thresholdOf(await admin.command({ serverStatus: 1 })) : UNMANAGED_MS;
    const { was, slowms } = await admin.command({ profile: -1 });
    // It is the process's, whichever database it is said to; what is profiled is the database's, and stays.
    if (slowms !== wanted) await admin.command({ profile: was, slowms: wanted });
  });

/** Sets the thresholds of projects that have them managed, again and again; a process that starts anew has none. */
export function createThresholdControl({
  thresholds,
  clusters,
  clients,
}: {
  thresholds: ThresholdStore;
  clusters: MonitoredClusters;
  clients: Clients;
}) {
  return {
    name: 'slow operation thresholds',
    list: thresholds.all,
    async reconcile(groupId: string): Promise<undefined> {
      const found = await thresholds.find(groupId);
      if (!found) return undefined;
      const processes = (await clusters.listIn(groupId)).filter(isUp).flatMap((it) => processesOf(clusters, it));
      // One that cannot be reached must not keep the others from theirs; its turn comes again.
      const told = await Promise.allSettled(processes.map((it) => apply(clients, it, found.managed)));
      if (!found.managed && told.every((it) => it.status === 'fulfilled')) await thresholds.forget(groupId);
    },
  };
}
