import { createClusterControl } from '../../areas/clusters/controller.ts';
import { detailOperations } from '../../areas/clusters/detail-operations.ts';
import { flexOperations } from '../../areas/clusters/flex-operations.ts';
import { createHost } from '../../areas/clusters/host.ts';
import { createLocalProvider } from '../../areas/clusters/local.ts';
import { clusterOperations } from '../../areas/clusters/operations.ts';
import { processOperations } from '../../areas/clusters/process-operations.ts';
import { createClusterLeaving, createClusterQuestions } from '../../areas/clusters/questions.ts';
import { createClusterStore } from '../../areas/clusters/store.ts';
import { mount } from '../../kernel/operation.ts';
import type { Binary } from '../../mongod/index.ts';
import { createController } from '../../reconcile/controller.ts';
import { createLeases } from '../../reconcile/lease.ts';
import type { AccessRooms } from './access.ts';
import type { IdentityRooms } from './identity.ts';
import type { MigrationRooms } from './migrations.ts';
import type { Ground, Wing } from './wing.ts';

export interface ClusterGround {
  /** Directory of the clusters' members. */
  clusterRoot: string;
  mongod: Binary;
}

interface Neighbours {
  identity: IdentityRooms;
  access: AccessRooms;
  migrations: MigrationRooms;
}

/** Clusters and the processes behind them. */
export function createClusterRooms(ground: Ground, { clusterRoot, mongod }: ClusterGround) {
  const { state, vault } = ground;
  const store = createClusterStore(state);
  const host = createHost({ root: clusterRoot, mongod, vault });
  const provider = createLocalProvider({ host, vault });
  const clusters = createClusterQuestions(store, vault, provider);
  return {
    ground,
    store,
    provider,
    clusters,
    /** The version of mongod that clusters run, e.g. 6.0.5. */
    version: host.version,
    /** Stops every cluster and removes its data. */
    async dismantle(): Promise<void> {
      await Promise.all((await store.all()).map((it) => provider.remove(it)));
    },
  };
}

export type ClusterRooms = ReturnType<typeof createClusterRooms>;

export function clusterWing(rooms: ClusterRooms, { identity, access, migrations }: Neighbours): Wing {
  const { ground, store, provider } = rooms;
  const { state, events, log } = ground;
  const leases = createLeases(state, provider.home);
  const { projects, orgs } = identity;
  const { imports } = migrations;
  const room = { ...ground, clusters: store, projects, orgs, grants: access.grants, imports, version: rooms.version };
  const control = createController({
    ...createClusterControl({ state, clusters: store, provider, leases, events, gone: access.clusterGone }),
    relistMs: 2_000,
    log,
  });
  return {
    stores: [store],
    operations: mount([...clusterOperations, ...detailOperations, ...processOperations, ...flexOperations], room),
    leaving: [createClusterLeaving(store)],
    loops: [control],
    watched: [{ collection: 'clusters', wake: control.wake }],
  };
}
