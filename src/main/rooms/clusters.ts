import { createExternalProvider } from '../../areas/clusters/external.ts';
import { createHost } from '../../areas/clusters/host.ts';
import type { Scale } from '../../areas/clusters/layout.ts';
import { createLocalProvider } from '../../areas/clusters/local.ts';
import { namesOf } from '../../areas/clusters/names.ts';
import type { ProviderOf } from '../../areas/clusters/provider.ts';
import { createClusterQuestions } from '../../areas/clusters/questions.ts';
import { createClusterStore } from '../../areas/clusters/store.ts';
import type { Authority } from '../../base/authority.ts';
import type { Names } from '../../base/zone.ts';
import { type Binary, createPulses } from '../../mongod/index.ts';
import type { Ground } from './ground.ts';

/** What the operator says of all clusters. */
export interface ClusterSettings {
  scale?: Scale;
  /** The address of this host under which clients reach the members; the loopback address when there is none. */
  address?: string;
  /** New clusters speak TLS alone, with certificates of this authority. */
  authority?: Authority;
  /** Of the name service, in which clusters have names. */
  zone?: string;
  /** A cluster may ask for any MongoDB version and gets the one there is. */
  anyVersion?: boolean;
}

export interface ClusterGround {
  clusterSettings?: ClusterSettings;
  /** Directory of the clusters' members. */
  clusterRoot: string;
  mongod: Binary;
}

/** Clusters and the processes behind them. */
export function createClusterRooms(ground: Ground, { clusterRoot, mongod, clusterSettings = {} }: ClusterGround) {
  const { scale, address, authority, zone, anyVersion } = clusterSettings;
  const { state, vault } = ground;
  const store = createClusterStore(state);
  const pulses = createPulses();
  const host = createHost({ root: clusterRoot, mongod, vault, address, authority, zone, pulses });
  const local = createLocalProvider({ host, vault, scale });
  const external = createExternalProvider({ vault, log: ground.log });
  const providerOf: ProviderOf = (cluster) => (cluster.external ? external : local);
  const clusters = createClusterQuestions(store, vault, providerOf);
  return {
    ground,
    store,
    home: local.home,
    caFile: authority?.caFile,
    zone,
    /** What stands in the zone now. */
    names: async (): Promise<Names> => (zone ? namesOf(await store.all(), zone) : new Map()),
    pulses,
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
