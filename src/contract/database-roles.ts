/** The roles that Atlas offers to database users, and what each of them is in mongod. docs/access.md shows this table. */
export const databaseRoles = {
  /**
   * Everything with data and indexes; nothing with users, roles or the replica set. Not `backup`, which reads what mongod
   * keeps of users' passwords.
   */
  atlasAdmin: ['readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor', 'enableSharding'],
  readWriteAnyDatabase: ['readWriteAnyDatabase'],
  readAnyDatabase: ['readAnyDatabase'],
  dbAdminAnyDatabase: ['dbAdminAnyDatabase'],
  clusterMonitor: ['clusterMonitor'],
  backup: ['backup'],
  enableSharding: ['enableSharding'],
  readWrite: ['readWrite'],
  read: ['read'],
  dbAdmin: ['dbAdmin'],
} as const satisfies Record<string, readonly string[]>;

export type DatabaseRole = keyof typeof databaseRoles;

/** Roles that exist on each database; the others exist on `admin` alone. */
const perDatabase: ReadonlySet<string> = new Set(['readWrite', 'read', 'dbAdmin']);

/** All other roles that mongod has of its own; most of them would let a user take the cluster from its control plane. */
const restricted: ReadonlySet<string> = new Set([
  '__queryableBackup',
  '__system',
  'clusterAdmin',
  'clusterManager',
  'dbOwner',
  'directShardOperations',
  'hostManager',
  'restore',
  'root',
  'searchCoordinator',
  'userAdmin',
  'userAdminAnyDatabase',
]);

export type RoleRefusal = 'ATLAS_INVALID_ROLE' | 'ATLAS_INVALID_ROLE_DATABASE' | 'ATLAS_RESTRICTED_ROLE';

export const isDatabaseRole = (name: string): name is DatabaseRole => Object.hasOwn(databaseRoles, name);

/** Names that mongod keeps for itself, and refuses for a role that somebody makes. */
export const isBuiltInRole = (name: string): boolean => isDatabaseRole(name) || restricted.has(name);

/** Whether mongod can have a database of this name. */
export const isDatabaseName = (name: string): boolean =>
  /^[^/\\. "\0]+$/.test(name) && name !== '$external' && Buffer.byteLength(name) < 64;

/** Whether mongod can have a collection of this name. */
export const isCollectionName = (name: string): boolean => /^[^.$\0][^$\0]*$/.test(name);

/** Why nobody can have this role, with the parameters of the refusal; undefined when it may be had. */
export function refusedRole(
  name: string,
  db: string,
  customRoles: ReadonlySet<string>,
): { code: RoleRefusal; parameters: string[] } | undefined {
  if (restricted.has(name)) return { code: 'ATLAS_RESTRICTED_ROLE', parameters: [name, db] };
  const custom = !isDatabaseRole(name);
  if (custom && !customRoles.has(name)) return { code: 'ATLAS_INVALID_ROLE', parameters: [name, db] };
  if ((custom || !perDatabase.has(name)) && db !== 'admin')
    return { code: 'ATLAS_INVALID_ROLE_DATABASE', parameters: [name, 'admin'] };
  return undefined;
}

/** A role of Atlas, or a custom one, as mongod has it. */
export const mongodRoles = (name: string, db: string): { role: string; db: string }[] =>
  (isDatabaseRole(name) ? databaseRoles[name] : [name]).map((role) => ({ role, db }));
