import { createHash } from 'node:crypto';
import { BSON, type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { codeName } from './replica-set.ts';

export interface RoleName {
  role: string;
  db: string;
}

/** A user as it must be on a deployment. */
export interface ManagedUser {
  db: 'admin' | '$external';
  user: string;
  /** Absent for those that do not log in with one. */
  password?: string;
  /**
   * Changes whenever the password does, and tells nothing of it. Of a user without one it changes when what it logged in
   * with no longer opens: then its sessions end.
   */
  passwordPrint: string;
  roles: readonly RoleName[];
  /** Addresses and blocks it may come from; none at all lets it in from nowhere. */
  clientSource: readonly string[];
}

/** A role in `admin` as it must be on a deployment. */
export interface ManagedRole {
  role: string;
  privileges: readonly Document[];
  roles: readonly RoleName[];
}

export interface ManagedAccess {
  /** Stands in the custom data of every user that is ours to change and to drop. */
  mark: string;
  users: readonly ManagedUser[];
  roles: readonly ManagedRole[];
  /** Names of roles that an earlier call has made and that go when they are no longer wanted. */
  oldRoles: readonly string[];
}

const writeConcern = { w: 'majority' } as const;
const USER_EXISTS = 51_003;
const ROLE_EXISTS = 51_002;
const print = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const idOf = (it: Pick<ManagedUser, 'db' | 'user'>): string => `${it.db}.${it.user}`;
const rightsPrint = ({ roles, clientSource }: ManagedUser): string => print([roles, clientSource]);

/** What is there of what is ours: users by their mark or their name, roles by their name. */
async function read(client: MongoClient, { mark, users }: ManagedAccess, roleNames: readonly string[]) {
  const admin = client.db('admin');
  const ours = { $or: [{ 'customData.mark': mark }, { _id: { $in: users.map(idOf) } }] } as Document;
  const named = { _id: { $in: roleNames.map((it) => `admin.${it}`) } } as Document;
  const [foundUsers, foundRoles] = await Promise.all([
    admin.collection('system.users').find(ours).sort({ _id: 1 }).toArray(),
    admin.collection('system.roles').find(named).sort({ _id: 1 }).toArray(),
  ]);
  return { users: foundUsers, roles: foundRoles };
}

const printOf = (found: Awaited<ReturnType<typeof read>>): string =>
  createHash('sha256')
    .update(BSON.serialize({ users: found.users, roles: found.roles }))
    .digest('hex');

/** A print of what is there, credentials too: it differs from the one of the last sync when somebody changed it by hand. */
export async function managedAccessPrint(client: MongoClient, wanted: ManagedAccess): Promise<string> {
  const names = [...new Set([...wanted.roles.map((it) => it.role), ...wanted.oldRoles])];
  return printOf(await read(client, wanted, names));
}

/**
 * Makes users and roles exactly these and returns the print of what is then there. What is already right is not
 * touched, unless `anew` says that the marks on it cannot be believed. Rights that go, go first.
 */
export async function syncManagedAccess(client: MongoClient, wanted: ManagedAccess, anew = false): Promise<string> {
  const names = wanted.roles.map((it) => it.role);
  const found = await read(client, wanted, wanted.oldRoles);
  const there = new Map(found.users.map((it) => [String(it._id), it]));
  const wantedIds = new Set(wanted.users.map(idOf));
  for (const [id, it] of there) if (!wantedIds.has(id)) await drop(client.db(it.db), { dropUser: it.user });
  const admin = client.db('admin');
  // Two rounds, because roles may inherit from each other.
  for (const { role } of wanted.roles) await makeRole(admin, role);
  for (const { role, ...rest } of wanted.roles) await admin.command({ updateRole: role, ...rest, writeConcern });
  for (const it of wanted.users) {
    const before = anew ? undefined : there.get(idOf(it));
    if (before?.customData?.rights === rightsPrint(it) && before.customData.password === it.passwordPrint) continue;
    // A user of the same name that was made anew is another one: sessions of the old one have no rights any more.
    if (before && it.password === undefined && before.customData?.password !== it.passwordPrint)
      await drop(client.db(it.db), { dropUser: it.user });
    await makeUser(client.db(it.db), it, wanted.mark, before?.customData?.password === it.passwordPrint);
  }
  for (const role of wanted.oldRoles) if (!names.includes(role)) await drop(admin, { dropRole: role });
  return managedAccessPrint(client, { ...wanted, oldRoles: [] });
}

async function makeUser(db: Db, it: ManagedUser, mark: string, keepPassword: boolean): Promise<void> {
  const rest = {
    ...(it.password === undefined || keepPassword ? {} : { pwd: it.password }),
    roles: it.roles,
    authenticationRestrictions: [{ clientSource: it.clientSource }],
    customData: { mark, rights: rightsPrint(it), password: it.passwordPrint },
    writeConcern,
  };
  if (keepPassword) {
    await db.command({ updateUser: it.user, ...rest });
    return;
  }
  try {
    await db.command({ createUser: it.user, ...rest });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== USER_EXISTS) throw error;
    await db.command({ updateUser: it.user, ...rest });
  }
}

async function makeRole(admin: Db, role: string): Promise<void> {
  try {
    await admin.command({ createRole: role, privileges: [], roles: [], writeConcern });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== ROLE_EXISTS) throw error;
  }
}

async function drop(db: Db, command: { dropUser: string } | { dropRole: string }): Promise<void> {
  try {
    await db.command({ ...command, writeConcern });
  } catch (error) {
    if (codeName(error) !== 'UserNotFound' && codeName(error) !== 'RoleNotFound') throw error;
  }
}
