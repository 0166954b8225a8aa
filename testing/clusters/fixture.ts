// Helpers of this room's tests; on a real state store and real members.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { createClusterControl } from '../../src/areas/clusters/controller.ts';
import { flexOperations } from '../../src/areas/clusters/flex-operations.ts';
import { globalOperations } from '../../src/areas/clusters/global-operations.ts';
import { createHost, type Host } from '../../src/areas/clusters/host.ts';
import { createLocalProvider } from '../../src/areas/clusters/local.ts';
import { type Cluster, replSetOf } from '../../src/areas/clusters/model.ts';
import { clusterOperations } from '../../src/areas/clusters/operations.ts';
import { processOperations } from '../../src/areas/clusters/process-operations.ts';
import { createClusterLeaving, createClusterQuestions } from '../../src/areas/clusters/questions.ts';
import type { ClusterRoom } from '../../src/areas/clusters/room.ts';
import { createClusterStore } from '../../src/areas/clusters/store.ts';
import { upgradeOperations } from '../../src/areas/clusters/upgrade-operations.ts';
import { systemClock } from '../../src/base/clock.ts';
import { newId } from '../../src/base/ids.ts';
import { transact } from '../../src/base/state.ts';
import { fail } from '../../src/kernel/failure.ts';
import { type Call, mount } from '../../src/kernel/operation.ts';
import { openDataDirectory } from '../../src/main/data-directory.ts';
import { embeddedState } from '../../src/main/state-store.ts';
import { mongodCache } from '../../src/main/up.ts';
import { createPulses, findMember, findMongod } from '../../src/mongod/index.ts';
import { createController } from '../../src/reconcile/controller.ts';
import { createLeases } from '../../src/reconcile/lease.ts';
import { createWatch } from '../../src/reconcile/watch.ts';

export const log = pino({ level: process.env.TELAMON_LOG_LEVEL ?? 'silent' });

/** A body as clients send it. */
export const wantedCluster = (name: string, nodeCount: number, more: object = {}) => ({
  name,
  clusterType: 'REPLICASET',
  replicationSpecs: [
    {
      zoneName: 'Zone 1',
      regionConfigs: [
        {
          providerName: 'AWS',
          regionName: 'US_EAST_1',
          priority: 7,
          electableSpecs: { instanceSize: 'M10', nodeCount },
        },
      ],
    },
  ],
  ...more,
});

export async function openClusterRoom() {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-clusters-'));
  const data = openDataDirectory(dir);
  const mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const state = await embeddedState(data, mongod.path);
  await state.ready;
  const { vault } = data;
  const store = createClusterStore(state);
  await store.prepare();
  const root = data.file('clusters');
  // Slower than any machine that tests run on, and still fast enough to wait for.
  const pulses = createPulses(500);
  const host = createHost({ root, mongod, vault, pulses, oplogMB: 64 });
  const provider = createLocalProvider({ host, vault });
  const questions = createClusterQuestions(store, vault, () => provider);
  const group = { id: newId(), name: 'g', orgId: newId() };
  const running = new Set<string>();
  const grants = new Map<string, { grantType: string; expirationTime: Date }>();
  const gone: string[] = [];
  const events: string[] = [];
  const room: ClusterRoom = {
    ...{ state, vault, clusters: store, version: mongod.version, clock: systemClock },
    orgs: { place: async () => ({ name: 'o' }) },
    projects: {
      visibleTo: async () => ({ items: [group], total: 1 }),
      async within(id, work) {
        if (id !== group.id) throw fail('GROUP_NOT_FOUND', id);
        return transact(state, (tx) => work(tx, { limit: () => 25 }));
      },
    },
    grants: { of: async () => grants },
    deployment: { pending: async () => new Map() },
    imports: { isRunningInto: async (id) => running.has(id) },
  };
  const links = {
    origin: 'http://x',
    href: (path: string) => `http://x${path}`,
    self: (path: string) => ({ href: `http://x${path}`, rel: 'self' as const }),
    rel: (path: string, name: string) => ({ href: `http://x${path}`, rel: `https://cloud.mongodb.com/${name}` }),
    inList: false,
  };

  /** What an operation answers on the wire, without HTTP; throws its failure. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation answers something else
  async function ask(id: string, path: Record<string, string> = {}, body?: unknown, of = group): Promise<any> {
    const it = mount(
      [...clusterOperations, ...processOperations, ...flexOperations, ...upgradeOperations, ...globalOperations],
      room,
    ).find((op) => op.id === id)!;
    const version = Object.values(it.versions).at(-1)!;
    const wanted = version.read ? version.read(body) : body;
    const paging = { pageNum: 1, itemsPerPage: 100, includeCount: true, skip: 0 };
    const call = {
      wanted,
      path: { groupId: of.id, ...path },
      query: {},
      paging,
      group: of,
      fail,
      note: async ({ type }: { type: string }) => void events.push(type),
    };
    const result = (await it.run(call as unknown as Call<never>)) as { items: unknown[] };
    const write = (version.write ?? ((it: unknown) => it)) as (it: unknown, to: typeof links) => unknown;
    return it.list === 'page'
      ? result.items.map((one) => write(one, { ...links, inList: true }))
      : write(result, links);
  }

  /** One control plane over this state; `home` is another provider for another installation. */
  function controlPlane(holder = 'here', at: Host = host) {
    const control = createClusterControl({
      ...{ state, clusters: store, leases: createLeases(state, holder) },
      providerOf: () => createLocalProvider({ host: at, vault }),
      events: { record: async (it) => void events.push(it.type) },
      gone: async (id) => void gone.push(id),
    });
    const controller = createController({ ...control, relistMs: 500, log });
    const watch = createWatch(state, [{ collection: 'clusters', wake: controller.wake }], log);
    return {
      control,
      start() {
        watch.start();
        controller.start();
      },
      stop: async () => void (await Promise.all([watch.stop(), controller.stop()])),
    };
  }

  const pidsOf = (cluster: Cluster): (number | undefined)[] =>
    cluster.status.members.map(
      (it) =>
        findMember({
          ...{ name: it.name, port: it.port, replSet: replSetOf(cluster), keyFile: '', mongod: mongod.path },
          dir: join(root, cluster._id, it.name),
        })?.pid,
    );

  /** The document once it is as wanted; the world outside has no event for it. */
  async function until(id: string, holds: (it: Cluster | null) => boolean, ms = 30_000): Promise<Cluster | null> {
    for (const end = Date.now() + ms; ; await wait(10)) {
      const cluster = await store.byId(id);
      if (holds(cluster)) return cluster;
      assert.ok(Date.now() < end, `still ${JSON.stringify(cluster?.status)}`);
    }
  }

  return {
    ...{
      state,
      store,
      questions,
      provider,
      host,
      events,
      group,
      running,
      grants,
      gone,
      root,
      mongod,
      vault,
      pulses,
      leases: createLeases,
    },
    ...{ ask, controlPlane, pidsOf, until },
    leaving: createClusterLeaving(store),
    dir,
    async close() {
      await pulses.stop();
      await Promise.all((await store.all()).map((it) => provider.remove(it)));
      await state.close();
      data.release();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type OpenClusterRoom = Awaited<ReturnType<typeof openClusterRoom>>;
