/** The roles that Atlas offers to database users, and what each of them is in mongod. docs/access.md shows this table. */
export const databaseRoles = {
  /** Everything with data and indexes; nothing with users, roles or the replica set. */
  atlasAdmin: ['readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor', 'backup', 'enableSharding'],
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

/** Roles of mongod that would let a user take the cluster away from its control plane. */
const restricted: ReadonlySet<string> = new Set([
  '__queryableBackup',
  '__system',
  'clusterAdmin',
  'clusterManager',
  'dbOwner',
  'hostManager',
  'restore',
  'root',
  'userAdmin',
  'userAdminAnyDatabase',
]);

export type RoleRefusal = 'ATLAS_INVALID_ROLE' | 'ATLAS_INVALID_ROLE_DATABASE' | 'ATLAS_RESTRICTED_ROLE';

export const isDatabaseRole = (name: string): name is DatabaseRole => Object.hasOwn(databaseRoles, name);

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
