import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import { codeName, connected } from './replica-set.ts';

/** What stands in the custom data (`mark`) of the users that are ours on a deployment, by the room that made them. */
export const marks = {
  databaseUsers: 'databaseUsers',
  liveMigrations: 'liveMigrations',
  staffSessions: 'staffSessions',
} as const;
export type Mark = (typeof marks)[keyof typeof marks];

/** Whose a user or role on a deployment is. */
export interface Owner {
  mark: Mark;
  /** The cluster's id: a set may be registered with several servers, and each takes its own away only. */
  cluster: string;
  /** The set is of others: a role of ours must be told from theirs there. */
  shared: boolean;
}

const writeConcern = { w: 'majority' } as const;

/** The custom data of a user that is ours. */
export const markOf = ({ mark, cluster }: Owner) => ({ mark, cluster });

/**
 * Roles have no custom data: those of ours on a set of others inherit from this one, which allows nothing. Undefined on
 * a set that is all ours.
 */
export const markRole = ({ cluster, shared }: Omit<Owner, 'mark'>): { role: string; db: string } | undefined =>
  shared ? { role: `telamon-${cluster}`, db: 'admin' } : undefined;

/** Makes a role without rights of its own; one that is there stays as it is, and false tells so. */
export async function makeRole(
  client: MongoClient,
  role: string,
  inherits: readonly Document[] = [],
): Promise<boolean> {
  try {
    await client.db('admin').command({ createRole: role, privileges: [], roles: inherits, writeConcern });
    return true;
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== 51_002) throw error;
    return false;
  }
}

/** Makes a database user or brings an existing one to these roles, this password and these restrictions. */
export async function ensureUser(
  uri: string,
  user: { user: string; password: string; roles: Document[]; owner?: Owner; restrictions?: { clientSource: string[] } },
): Promise<void> {
  const rest = {
    pwd: user.password,
    roles: user.roles,
    ...(user.owner ? { customData: markOf(user.owner) } : {}),
    ...(user.restrictions ? { authenticationRestrictions: [user.restrictions] } : {}),
    writeConcern,
  };
  await connected(uri, async (client) => {
    const admin = client.db('admin');
    try {
      await admin.command({ createUser: user.user, ...rest });
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== 51003) throw error;
      await admin.command({ updateUser: user.user, ...rest });
    }
  });
}

/** Makes a role in `admin` or brings an existing one to these privileges. */
export async function ensureRole(uri: string, role: string, privileges: Document[], owner: Owner): Promise<void> {
  const mark = markRole(owner);
  await connected(uri, async (client) => {
    if (mark) await makeRole(client, mark.role);
    const roles = mark ? [mark] : [];
    await makeRole(client, role, roles);
    await client.db('admin').command({ updateRole: role, privileges, roles, writeConcern });
  });
}

/** Drops a database user; its open connections lose their rights at their next command. */
export async function dropUserBy(client: MongoClient, user: string, db = 'admin'): Promise<void> {
  try {
    await client.db(db).command({ dropUser: user, writeConcern });
  } catch (error) {
    if (codeName(error) !== 'UserNotFound') throw error;
  }
}

export async function dropRoleBy(client: MongoClient, role: string): Promise<void> {
  try {
    await client.db('admin').command({ dropRole: role, writeConcern });
  } catch (error) {
    if (codeName(error) !== 'RoleNotFound') throw error;
  }
}

/** As above, with a client of its own. */
export const dropUser = (uri: string, user: string): Promise<void> => connected(uri, (it) => dropUserBy(it, user));

/**
 * Drops every user and role that was made for this cluster on a set of others, in whichever database it is; those of
 * others stay, whatever their custom data says.
 */
export async function dropOwned(client: MongoClient, cluster: string): Promise<void> {
  const admin = client.db('admin');
  const filter = { 'customData.mark': { $in: Object.values(marks) }, 'customData.cluster': cluster };
  const { users } = await admin.command({ usersInfo: { forAllDBs: true }, filter });
  for (const { user, db } of users as { user: string; db: string }[]) await dropUserBy(client, user, db);
  const mark = markRole({ cluster, shared: true })!;
  const { roles } = await admin.command({ rolesInfo: 1 });
  for (const it of roles as { role: string; roles: { role: string }[] }[])
    if (it.roles.some(({ role }) => role === mark.role)) await dropRoleBy(client, it.role);
  await dropRoleBy(client, mark.role);
}
