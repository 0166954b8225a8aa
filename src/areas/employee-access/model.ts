import { createHash } from 'node:crypto';

export const grantTypes = [
  'CLUSTER_DATABASE_LOGS',
  'CLUSTER_INFRASTRUCTURE',
  'CLUSTER_INFRASTRUCTURE_AND_APP_SERVICES_SYNC_DATA',
] as const;

export type GrantType = (typeof grantTypes)[number];

/** One per cluster: what the employees may do there, and until when. */
export interface Grant {
  /** The cluster's id. */
  _id: string;
  groupId: string;
  grantType: GrantType;
  expirationTime: Date;
  grantedBy: string;
  grantedAt: Date;
  /** Raised by every session that is opened under it, so that opening and revoking exclude each other. */
  uses: number;
}

/** A credential of the operator's own staff. */
export interface Staff {
  /** Its user name, `staff-` and eight letters. */
  _id: string;
  name: string;
  sealedHa1: string;
  created: Date;
}

/** A database user that exists for a while on one cluster. */
export interface StaffSession {
  _id: string;
  staff: string;
  clusterId: string;
  /** Of the grant it was opened under. */
  grantType: GrantType;
  /** Its name on the cluster; never used twice. */
  username: string;
  created: Date;
  expiresAt: Date;
  /** Until the database user is there and its password handed out. */
  opening?: true;
  /** It must go, whatever its time. */
  ending?: true;
}

export const isCurrent = (grant: Grant | null | undefined, now: Date): grant is Grant =>
  grant !== undefined && grant !== null && grant.expirationTime > now;

/** An organization that does not restrict employees lets them read logs without a grant; that is Atlas's default. */
export const mayReadLogs = (grant: Grant | null | undefined, restricted: boolean, now: Date): boolean =>
  !restricted || isCurrent(grant, now);

/** Diagnostics belong to the infrastructure: a grant for logs alone does not open them. */
export const mayReadDiagnostics = (grant: Grant | null | undefined, restricted: boolean, now: Date): boolean =>
  !restricted || (isCurrent(grant, now) && grant.grantType !== 'CLUSTER_DATABASE_LOGS');

const SESSION_MS = 24 * 3_600_000;

export const sessionEnd = (grant: Grant, now: Date): Date =>
  new Date(Math.min(grant.expirationTime.getTime(), now.getTime() + SESSION_MS));

/** As Atlas names its employees' users: digits, here those of the session's own id. */
export const sessionUser = (id: string): string =>
  `mongodb-employee${createHash('sha256').update(id).digest().readUIntBE(0, 6).toString().padStart(15, '0')}`;

/** The role that may read the log through the database and nothing else. */
const LOG_ROLE = 'telamonStaffLogs';

/**
 * How the processes and their set are, and how large what is in them: less than `clusterMonitor`, which reads operations
 * that run and those that the profiler keeps, and with them what is in customers' queries.
 */
const INFRASTRUCTURE_ROLE = 'telamonStaffInfrastructure';

const ON_CLUSTER = [
  ...['connPoolStats', 'getCmdLineOpts', 'getDefaultRWConcern', 'getLog', 'getParameter', 'hostInfo'],
  ...['listDatabases', 'netstat', 'replSetGetConfig', 'replSetGetStatus', 'serverStatus', 'top'],
];

/** What the roles may that are made for sessions. */
export const privilegesOf: Readonly<Record<string, { resource: object; actions: string[] }[]>> = {
  [LOG_ROLE]: [{ resource: { cluster: true }, actions: ['getLog'] }],
  [INFRASTRUCTURE_ROLE]: [
    { resource: { cluster: true }, actions: ON_CLUSTER },
    { resource: { db: '', collection: '' }, actions: ['collStats', 'dbStats', 'indexStats'] },
  ],
};

/** The databases in which App Services keeps what it needs to synchronize. */
export const isSyncDatabase = (name: string): boolean => /^__realm_sync(_|$)/.test(name);
const SYNC_DATABASE = '__realm_sync';

/** Database roles of a session; `syncDatabases` are those that are there. None of the roles reads data of customers. */
export function rolesOf(grantType: GrantType, syncDatabases: readonly string[]): { role: string; db: string }[] {
  if (grantType === 'CLUSTER_DATABASE_LOGS') return [{ role: LOG_ROLE, db: 'admin' }];
  const infrastructure = { role: INFRASTRUCTURE_ROLE, db: 'admin' };
  if (grantType === 'CLUSTER_INFRASTRUCTURE') return [infrastructure];
  return [infrastructure, ...[...new Set([SYNC_DATABASE, ...syncDatabases])].map((db) => ({ role: 'read', db }))];
}
