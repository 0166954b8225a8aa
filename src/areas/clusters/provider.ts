import type { Cluster, Member } from './model.ts';

/** What a pass has found, for the status. */
export interface Found {
  mongoDBVersion: string;
  featureCompatibilityVersion: string;
  failovers: number;
  tuned: boolean;
  /** See `status.zone`. */
  zone?: string;
}

/** What a pass may tell on its way, so that the next one goes on from there. */
export interface Notes {
  members(members: Member[]): Promise<void>;
  /** A member that somebody wanted restarted was. */
  restarted(member: string): Promise<void>;
  /** Which replica set it is that others run. Throws when that is another cluster already. */
  identity(set: { id: string; name: string }): Promise<void>;
}

/** Where a member's log can be read: a file of this host, or the ring that the member itself keeps. */
export type LogSource = { file: string } | { uri: string };

/**
 * Whoever really runs clusters. `local.ts` runs processes on this host, `external.ts` looks after replica sets that
 * others run; an operator of containers would turn a spec into its own resource and read the status back.
 */
export interface Provider {
  /** Names where the members are, and stays the same when that place moves: nobody else touches what is there. */
  readonly home: string;
  /** Whether what runs is, at a glance, what is wanted. Asked often; must not wait for anybody. */
  isWell(cluster: Cluster): boolean;
  /** How many members are down that should run; the cluster's users notice more than a minority. */
  down(cluster: Cluster): number;
  /** Brings what runs to what is wanted, from wherever an earlier try was cut off. Undefined while it is paused. */
  bring(cluster: Cluster, notes: Notes, signal: AbortSignal): Promise<Found | undefined>;
  /** Ends everything that `bring` began, data included. */
  remove(cluster: Cluster): Promise<void>;
  /**
   * Has the members let in clients with certificates of these authorities (PEM), and of no others but the installation's
   * own. False when the members are not this provider's to tell.
   */
  trust(cluster: Cluster, pem: string): Promise<boolean>;
  /** Has members that run show the certificates that they should show by now, and trust those of the others. */
  renew(cluster: Cluster): Promise<void>;
  log(cluster: Cluster, member: Member): LogSource;
}

/** Who runs a cluster. */
export type ProviderOf = (cluster: Cluster) => Provider;
