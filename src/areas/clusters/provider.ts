import type { Cluster, Member } from './model.ts';

/** Where the members of clusters really run. */
export interface Provider {
  /** The version of the mongod it runs, e.g. 6.0.5. */
  version: string;
  /** Names the host and directory that members are on, and stays the same when that directory moves. */
  readonly home: string;
  /** Places for new members; nothing runs yet. */
  plan(cluster: Cluster, priorities: readonly number[]): Promise<Member[]>;
  isRunning(cluster: Cluster, member: Member): boolean;
  /** Starts a member, which outlives this process, or adopts it. Throws MemberFailed. */
  start(cluster: Cluster, member: Member): Promise<void>;
  /** Another place for a member whose port was taken before it had ever started. */
  moved(member: Member, others: readonly Member[]): Promise<Member>;
  logPath(cluster: Cluster, member: Member): string;
  /** Stops every member and removes all they had. */
  remove(cluster: Cluster): Promise<void>;
}
