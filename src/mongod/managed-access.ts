import { createHash } from 'node:crypto';
import { BSON, type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { dropRoleBy, dropUserBy, makeRole, markOf, markRole, type Owner } from './users.ts';

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
  owner: Owner;
  users: readonly ManagedUser[];
  roles: readonly ManagedRole[];
  /** Names of roles that an earlier call has made and that go when they are no longer wanted. */
  oldRoles: readonly string[];
}

/** What a sync has left behind. */
export interface SyncedAccess {
  print: string;
  /** Users and roles of others that have a name that is wanted; they stay as they are, and nobody gets their rights. */
  foreign: string[];
}

const writeConcern = { w: 'majority' } as const;
const USER_EXISTS = 51_003;
const print = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const idOf = (it: Pick<ManagedUser, 'db' | 'user'>): string => `${it.db}.${it.user}`;
const rightsPrint = ({ roles, clientSource }: ManagedUser): string => print([roles, clientSource]);

/** What is there of what is ours: users by their mark or their name, roles by their name. */
async function read(client: MongoClient, { owner, users, roles, oldRoles }: ManagedAccess) {
  const admin = client.db('admin');
  const marked = { 'customData.mark': owner.mark, 'customData.cluster': owner.cluster };
  const ours = { $or: [marked, { _id: { $in: users.map(idOf) } }] } as Document;
  const names = new Set([...roles.map((it) => it.role), ...oldRoles]);
  const named = { _id: { $in: [...names].map((it) => `admin.${it}`) } } as Document;
  const [foundUsers, foundRoles] = await Promise.all([
    admin.collection('system.users').find(ours).sort({ _id: 1 }).toArray(),
    admin.collection('system.roles').find(named).sort({ _id: 1 }).toArray(),
  ]);
  return { users: foundUsers, roles: foundRoles };
}

type There = Awaited<ReturnType<typeof read>>;

const printOf = (found: There): string =>
  createHash('sha256')
    .update(BSON.serialize({ users: found.users, roles: found.roles }))
    .digest('hex');

/** A print of what is there, credentials too: it differs from the one of the last sync when somebody changed it by hand. */
export const managedAccessPrint = async (client: MongoClient, wanted: ManagedAccess): Promise<string> =>
  printOf(await read(client, wanted));

/** On a set of others, the ids of users and the names of roles that are theirs. */
function foreignOf({ users, roles }: There, owner: Owner) {
  const mark = markRole(owner);
  const isOurs = (it: Document) => it.customData?.mark === owner.mark && it.customData?.cluster === owner.cluster;
  return {
    users: new Set(mark ? users.filter((it) => !isOurs(it)).map((it) => String(it._id)) : []),
    roles: new Set(
      mark ? roles.filter((it) => !it.roles.some((of: RoleName) => of.role === mark.role)).map((it) => it.role) : [],
    ),
  };
}

/** What is wanted without what belongs to others: a role of theirs is not what the project means by that name. */
function withoutForeign(wanted: ManagedAccess, { users, roles }: ReturnType<typeof foreignOf>): ManagedAccess {
  const isOurs = ({ role, db }: RoleName) => db !== 'admin' || !roles.has(role);
  const only = <T extends { roles: readonly RoleName[] }>(it: T): T => ({ ...it, roles: it.roles.filter(isOurs) });
  return {
    ...wanted,
    users: wanted.users.filter((it) => !users.has(idOf(it))).map(only),
    roles: wanted.roles.filter((it) => !roles.has(it.role)).map(only),
    oldRoles: wanted.oldRoles.filter((it) => !roles.has(it)),
  };
}

/**
 * Makes users and roles exactly these and tells what is then there. What is already right is not touched, unless `anew`
 * says that the marks on it cannot be believed. Rights that go, go first.
 */
export async function syncManagedAccess(
  client: MongoClient,
  wanted: ManagedAccess,
  anew = false,
): Promise<SyncedAccess> {
  const found = await read(client, wanted);
  const foreign = foreignOf(found, wanted.owner);
  const { users, roles, oldRoles, owner } = withoutForeign(wanted, foreign);
  const there = new Map(
    found.users.filter((it) => !foreign.users.has(String(it._id))).map((it) => [String(it._id), it]),
  );
  const wantedIds = new Set(users.map(idOf));
  for (const [id, it] of there) if (!wantedIds.has(id)) await dropUserBy(client, it.user, it.db);
  await makeRoles(client, roles, owner, new Set(found.roles.map((it) => it.role)));
  for (const it of users) {
    const before = anew ? undefined : there.get(idOf(it));
    if (before?.customData?.rights === rightsPrint(it) && before.customData.password === it.passwordPrint) continue;
    // A user of the same name that was made anew is another one: sessions of the old one have no rights any more.
    if (before && it.password === undefined && before.customData?.password !== it.passwordPrint)
      await dropUserBy(client, it.user, it.db);
    await makeUser(client.db(it.db), it, owner, there.has(idOf(it)), before?.customData?.password === it.passwordPrint);
  }
  for (const role of oldRoles) if (!roles.some((it) => it.role === role)) await dropRoleBy(client, role);
  return {
    print: await managedAccessPrint(client, { ...wanted, oldRoles: [] }),
    foreign: [
      ...wanted.users.map(idOf).filter((it) => foreign.users.has(it)),
      ...wanted.roles.map((it) => it.role).filter((it) => foreign.roles.has(it)),
    ],
  };
}

async function makeRoles(
  client: MongoClient,
  roles: readonly ManagedRole[],
  owner: Owner,
  there: ReadonlySet<string>,
): Promise<void> {
  const mark = markRole(owner);
  if (mark && roles.length) await makeRole(client, mark.role);
  // Two rounds, because roles may inherit from each other.
  for (const { role } of roles)
    if (!(await makeRole(client, role, mark ? [mark] : [])) && mark && !there.has(role))
      throw new Error(`Role ${role} was made by others at this very moment.`);
  for (const { role, ...rest } of roles) {
    const inherited = mark ? [...rest.roles, mark] : rest.roles;
    await client.db('admin').command({ updateRole: role, ...rest, roles: inherited, writeConcern });
  }
}

async function makeUser(db: Db, it: ManagedUser, owner: Owner, there: boolean, keepPassword: boolean): Promise<void> {
  const rest = {
    ...(it.password === undefined || keepPassword ? {} : { pwd: it.password }),
    roles: it.roles,
    authenticationRestrictions: [{ clientSource: it.clientSource }],
    customData: { ...markOf(owner), rights: rightsPrint(it), password: it.passwordPrint },
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
    // On a set of others it is only ours when it was just seen to be.
    if (owner.shared && !there) throw error;
    await db.command({ updateUser: it.user, ...rest });
  }
}
