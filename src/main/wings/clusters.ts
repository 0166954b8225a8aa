import { createClusterControl } from '../../areas/clusters/controller.ts';
import { detailOperations } from '../../areas/clusters/detail-operations.ts';
import { createExternalProvider } from '../../areas/clusters/external.ts';
import { flexOperations } from '../../areas/clusters/flex-operations.ts';
import { createHost } from '../../areas/clusters/host.ts';
import type { Scale } from '../../areas/clusters/layout.ts';
import { createLocalProvider } from '../../areas/clusters/local.ts';
import { clusterOperations } from '../../areas/clusters/operations.ts';
import { processOperations } from '../../areas/clusters/process-operations.ts';
import type { ProviderOf } from '../../areas/clusters/provider.ts';
import { createClusterLeaving, createClusterQuestions } from '../../areas/clusters/questions.ts';
import { registerOperations } from '../../areas/clusters/register-operation.ts';
import { createClusterStore } from '../../areas/clusters/store.ts';
import { createIndexControl } from '../../areas/rolling-indexes/controller.ts';
import { indexOperations } from '../../areas/rolling-indexes/operations.ts';
import { createIndexStore } from '../../areas/rolling-indexes/store.ts';
import { createSampleControl } from '../../areas/sample-datasets/controller.ts';
import { sampleOperations } from '../../areas/sample-datasets/operations.ts';
import { createSampleStore } from '../../areas/sample-datasets/store.ts';
import type { Authority } from '../../base/certificates.ts';
import { mount } from '../../kernel/operation.ts';
import type { Binary } from '../../mongod/index.ts';
import { createController } from '../../reconcile/controller.ts';
import { createLeases } from '../../reconcile/lease.ts';
import type { AccessRooms } from './access.ts';
import type { IdentityRooms } from './identity.ts';
import type { MigrationRooms } from './migrations.ts';
import type { Ground, Wing } from './wing.ts';

/** What the operator says of all clusters. */
export interface ClusterSettings {
  scale?: Scale;
  /** The address of this host under which clients reach the members; the loopback address when there is none. */
  address?: string;
  /** New clusters speak TLS alone, with certificates of this authority. */
  authority?: Authority;
  /** A cluster may ask for any MongoDB version and gets the one there is. */
  anyVersion?: boolean;
}

export interface ClusterGround {
  clusterSettings?: ClusterSettings;
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
export function createClusterRooms(ground: Ground, { clusterRoot, mongod, clusterSettings = {} }: ClusterGround) {
  const { scale, address, authority, anyVersion } = clusterSettings;
  const { state, vault } = ground;
  const store = createClusterStore(state);
  const host = createHost({ root: clusterRoot, mongod, vault, address, authority });
  const local = createLocalProvider({ host, vault, scale });
  const external = createExternalProvider({ vault });
  const providerOf: ProviderOf = (cluster) => (cluster.external ? external : local);
  const clusters = createClusterQuestions(store, vault, providerOf);
  return {
    ground,
    store,
    home: local.home,
    caFile: authority?.caFile,
    providerOf,
    clusters,
    /** The version of mongod that clusters run, e.g. 6.0.5. */
    version: host.version,
    anyVersion,
    /** Stops every cluster and removes its data. */
    async dismantle(): Promise<void> {
      await Promise.all((await store.all()).map((it) => providerOf(it).remove(it)));
    },
  };
}

export type ClusterRooms = ReturnType<typeof createClusterRooms>;

export function clusterWing(rooms: ClusterRooms, { identity, access, migrations }: Neighbours): Wing {
  const { ground, store, providerOf } = rooms;
  const { state, events, log } = ground;
  const leases = createLeases(state, rooms.home);
  const { projects, orgs } = identity;
  const { imports } = migrations;
  const room = {
    ...ground,
    clusters: store,
    projects,
    orgs,
    grants: access.grants,
    deployment: access.deployment,
    imports,
    version: rooms.version,
    anyVersion: rooms.anyVersion,
    caFile: rooms.caFile,
  };
  const samples = createSampleStore(state);
  const indexes = createIndexStore(state);
  const asked = { ...ground, clusters: rooms.clusters };
  const sampleControl = createController({ ...createSampleControl({ ...asked, samples }), log });
  const indexControl = createController({ ...createIndexControl({ ...asked, indexes }), log });
  const control = createController({
    ...createClusterControl({ state, clusters: store, providerOf, leases, events, gone: access.clusterGone }),
    relistMs: 2_000,
    log,
  });
  return {
    stores: [store, samples, indexes],
    operations: [
      ...mount([...clusterOperations, ...detailOperations, ...processOperations, ...flexOperations], room),
      ...mount(registerOperations, { ...room, places: { group: projects.place } }),
      ...mount(sampleOperations, { ...asked, samples }),
      ...mount(indexOperations, { ...asked, indexes }),
    ],
    leaving: [createClusterLeaving(store), { clearGroup: samples.clearGroup }, { clearGroup: indexes.clearGroup }],
    loops: [control, sampleControl, indexControl],
    watched: [
      { collection: 'clusters', wake: control.wake },
      { collection: 'sampleLoads', wake: sampleControl.wake },
      { collection: 'wantedIndexes', wake: indexControl.wake },
    ],
  };
}
