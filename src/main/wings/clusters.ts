import { createCertificateControl } from '../../areas/clusters/certificates-controller.ts';
import { createClusterControl } from '../../areas/clusters/controller.ts';
import { detailOperations } from '../../areas/clusters/detail-operations.ts';
import { flexOperations } from '../../areas/clusters/flex-operations.ts';
import { globalOperations } from '../../areas/clusters/global-operations.ts';
import { clusterOperations } from '../../areas/clusters/operations.ts';
import { operatorOperations } from '../../areas/clusters/operator-operations.ts';
import { processOperations } from '../../areas/clusters/process-operations.ts';
import { createClusterLeaving } from '../../areas/clusters/questions.ts';
import { upgradeOperations } from '../../areas/clusters/upgrade-operations.ts';
import { validateGroupClusterConfigurations } from '../../areas/clusters/validation-operation.ts';
import { createIndexControl } from '../../areas/rolling-indexes/controller.ts';
import { indexOperations } from '../../areas/rolling-indexes/operations.ts';
import { createIndexStore } from '../../areas/rolling-indexes/store.ts';
import { createSampleControl } from '../../areas/sample-datasets/controller.ts';
import { sampleOperations } from '../../areas/sample-datasets/operations.ts';
import { createSampleStore } from '../../areas/sample-datasets/store.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import { createLeases } from '../../reconcile/lease.ts';
import type { AccessRooms } from '../rooms/access.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { MigrationRooms } from '../rooms/migrations.ts';
import type { Wing } from './wing.ts';

interface Neighbours {
  identity: IdentityRooms;
  access: AccessRooms;
  migrations: MigrationRooms;
}

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
    zone: rooms.zone,
  };
  const samples = createSampleStore(state);
  const indexes = createIndexStore(state);
  const asked = { ...ground, clusters: rooms.clusters, imports };
  const sampleControl = createController({ ...createSampleControl({ ...asked, samples }), log });
  const indexControl = createController({ ...createIndexControl({ ...asked, indexes }), log });
  const control = createController({
    ...createClusterControl({ state, clusters: store, providerOf, leases, events, gone: access.clusterGone }),
    relistMs: 2_000,
    log,
  });
  const certificateControl = createController({ ...createCertificateControl({ clusters: store, providerOf }), log });
  return {
    stores: [store, samples, indexes],
    operations: [
      ...mount(
        [
          ...clusterOperations,
          ...detailOperations,
          ...processOperations,
          ...flexOperations,
          ...upgradeOperations,
          ...globalOperations,
          validateGroupClusterConfigurations,
        ],
        room,
      ),
      ...mount(operatorOperations, { ...room, places: { group: projects.place }, foreign: access.deployment.foreign }),
      ...mount(sampleOperations, { ...asked, samples }),
      ...mount(indexOperations, { ...asked, indexes }),
    ],
    leaving: [createClusterLeaving(store), { clearGroup: samples.clearGroup }, { clearGroup: indexes.clearGroup }],
    loops: [control, certificateControl, sampleControl, indexControl, rooms.pulses],
    watched: [
      { collection: 'clusters', wake: control.wake },
      { collection: 'sampleLoads', wake: sampleControl.wake },
      { collection: 'wantedIndexes', wake: indexControl.wake },
    ],
  };
}
