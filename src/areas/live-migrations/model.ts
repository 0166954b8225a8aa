import type { MigrationProgress } from '../../base/migration-progress.ts';

/** What an agent says about one deployment it can reach; sizes in bytes and megabytes. */
export interface SourceDeployment {
  clusterId: string;
  name: string;
  version: string;
  fcv: string;
  dbSizeBytes: number;
  oplogSizeMB: number;
  tls: boolean;
  sharded: boolean;
}

/** The one agent that has connected with a token. */
export interface LinkedAgent {
  /** Chosen by the agent at its first start; tells a restart from a second agent. */
  instanceId: string;
  /** Its host, in Atlas's words the migration host. */
  host: string;
  version: string;
  projectId: string;
  projectName: string;
  deployments: SourceDeployment[];
  seen: Date;
}

/** A link token and, once an agent has used it, the link. */
export interface MigrationLink {
  _id: string;
  orgId: string;
  /** The hidden API key that the token carries. */
  keyId: string;
  created: Date;
  agent?: LinkedAgent;
  /** Raised by everything that relies on the link, so that it and the deletion of the link exclude each other. */
  held: number;
}

export type JobStatus = 'NEW' | 'WORKING' | 'FAILED' | 'COMPLETE' | 'EXPIRED';

/** What a live migration or its validation is asked to do. */
export interface JobSpec {
  source: {
    groupId: string;
    clusterName: string;
    managedAuthentication: boolean;
    ssl: boolean;
    username?: string;
    password?: string;
    caCertificatePath?: string;
  };
  destination: { groupId: string; clusterName: string; hostnameSchemaType: string };
  migrationHost: string;
  drop: boolean;
  shards: boolean;
}

/** A live migration, or the validation of one: work that an agent does and the control plane watches over. */
export interface Job {
  _id: string;
  kind: 'migrate' | 'validate';
  orgId: string;
  groupId: string;
  linkId: string;
  clusterId: string;
  clusterName: string;
  sourceGroupId: string;
  deployment: string;
  host: string;
  drop: boolean;
  ssl: boolean;
  caCertificatePath?: string;
  managedAuthentication: boolean;
  /** Sealed JSON of the source's user and password, when the request named one; gone once the job has ended. */
  sealedLogin?: string;
  /** Sealed password of the temporary user on the destination; gone once that user is dropped. */
  sealedPassword?: string;
  created: Date;
  /** Raised whenever the agent has to look again. */
  revision: number;
  cutoverAt?: Date;
  status: JobStatus;
  /** True while a migration runs, absent otherwise: unique indexes see to it that it is the only one. */
  active?: true;
  progress?: MigrationProgress;
  reportedAt?: Date;
  /** When it was ready for the first time: from then on its timer runs. */
  readySince?: Date;
  /** When the timer ends, unless the cutover has begun by then. */
  expiresAt?: Date;
  /** Figures of a migration that has completed. */
  report?: Record<string, unknown>;
  errorMessage?: string;
}

/** An agent silent for so long is taken to be away. Its long polls last a third of this at most. */
export const AGENT_SILENCE_MS = 60_000;

/** A validation that no agent has answered by then has failed. */
export const VALIDATION_LIFE_MS = 120_000;

export const isConnected = (link: MigrationLink, now: Date): boolean =>
  link.agent !== undefined && now.getTime() - link.agent.seen.getTime() < AGENT_SILENCE_MS;

export const hasEnded = (job: Pick<Job, 'status'>): boolean => job.status !== 'NEW' && job.status !== 'WORKING';

export const isFresh = (job: Job, now: Date): boolean =>
  job.reportedAt !== undefined && now.getTime() - job.reportedAt.getTime() < AGENT_SILENCE_MS;

/** Seconds the destination is behind: what the agent said, and whatever has passed since it last spoke. */
export function lagOf(job: Job, now: Date): number | undefined {
  const said = job.progress?.lagSeconds;
  if (job.status !== 'WORKING' || job.cutoverAt || said === undefined || !job.reportedAt) return undefined;
  const silence = (now.getTime() - job.reportedAt.getTime()) / 1_000;
  return Math.round(said + (silence < 5 ? 0 : silence));
}

/** The temporary user on the destination. */
export const userOf = (job: Pick<Job, '_id'>): string => `telamon-migration-${job._id}`;

export const TEMPORARY_ROLES = ['restore', 'readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor'];

/** Why this server cannot do what is asked, naming the attribute; undefined when it can. */
export function unsupported(spec: JobSpec): string | undefined {
  const { source, destination } = spec;
  if (destination.hostnameSchemaType !== 'PUBLIC')
    return `destination.hostnameSchemaType ${destination.hostnameSchemaType} is not available on this server, which has no private endpoints or peerings; use PUBLIC`;
  if (spec.shards)
    return 'sharding is not available for this destination, which is a replica set; leave sharding empty';
  if (source.managedAuthentication && (source.username || source.password))
    return 'source.username and source.password must be absent when source.managedAuthentication is true';
  if (!source.username !== !source.password) return 'source.username and source.password must be given together';
  return undefined;
}

/** What stands between the request and the linked agent, naming the attribute; undefined when nothing does. */
export function unreachable(spec: JobSpec, link: MigrationLink | null, now: Date): string | undefined {
  const { source } = spec;
  if (!link?.agent) return `source.groupId ${source.groupId} is not a project of a linked organization`;
  if (!link.agent.deployments.some((it) => it.name === source.clusterName))
    return `source.clusterName ${source.clusterName} is not a deployment of project ${source.groupId}`;
  if (link.agent.host !== spec.migrationHost)
    return `migrationHosts ${spec.migrationHost} is not a migration host of project ${source.groupId}`;
  if (!isConnected(link, now))
    return `migrationHosts ${spec.migrationHost} is not connected; start its agent, then try again`;
  return undefined;
}
