export const builtInRoles = [
  'atlasAdmin',
  'backup',
  'clusterMonitor',
  'dbAdmin',
  'dbAdminAnyDatabase',
  'enableSharding',
  'read',
  'readAnyDatabase',
  'readWrite',
  'readWriteAnyDatabase',
] as const;

export interface UserRole {
  roleName: (typeof builtInRoles)[number];
  databaseName: string;
}

export interface UserScope {
  name: string;
  type: 'CLUSTER';
}

export interface DatabaseUser {
  /** `<groupId>/<databaseName>/<username>`: what makes a user one of a kind. */
  _id: string;
  groupId: string;
  databaseName: 'admin';
  username: string;
  sealedPassword: string;
  roles: UserRole[];
  /** Names of the clusters the user exists on; empty means every cluster of the project. */
  scopes: UserScope[];
  labels: { key: string; value: string }[];
  description?: string;
  deleteAfterDate?: Date;
  /** Raised by every change, so that a cluster can tell which one it has. */
  revision: number;
}

export const userId = (groupId: string, databaseName: string, username: string): string =>
  `${groupId}/${databaseName}/${username}`;

/** Names that the control plane uses for itself on every cluster. */
export const isReserved = (username: string): boolean => /^(telamon($|-)|mongodb-employee|__system$)/.test(username);

const perDatabase = new Set(['read', 'readWrite', 'dbAdmin']);

/** Roles that only `admin` has. */
export const isAdminRole = (roleName: string): boolean => !perDatabase.has(roleName);

/** What Atlas's administrator may do: everything with data, nothing with users, roles or the replica set. */
const ATLAS_ADMIN = ['readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor', 'backup', 'enableSharding'];

/** Atlas's roles as mongod has them. */
export const mongodRoles = (roles: readonly UserRole[]): { role: string; db: string }[] =>
  roles.flatMap(({ roleName, databaseName }) =>
    roleName === 'atlasAdmin'
      ? ATLAS_ADMIN.map((role) => ({ role, db: 'admin' }))
      : [{ role: roleName, db: databaseName }],
  );

export const appliesTo = (user: DatabaseUser, clusterName: string): boolean =>
  !user.scopes.length || user.scopes.some((it) => it.name === clusterName);
