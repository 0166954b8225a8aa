import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import { codeName, connected } from './replica-set.ts';

/** What stands in the custom data (`mark`) of the users that are ours on a deployment, by the room that made them. */
export const marks = {
  databaseUsers: 'databaseUsers',
  liveMigrations: 'liveMigrations',
  staffSessions: 'staffSessions',
} as const;
type Mark = (typeof marks)[keyof typeof marks];

/** Makes a database user or brings an existing one to these roles, this password and these restrictions. */
export async function ensureUser(
  uri: string,
  user: { user: string; password: string; roles: Document[]; mark?: Mark; restrictions?: { clientSource: string[] } },
): Promise<void> {
  const rest = {
    pwd: user.password,
    roles: user.roles,
    ...(user.mark ? { customData: { mark: user.mark } } : {}),
    ...(user.restrictions ? { authenticationRestrictions: [user.restrictions] } : {}),
    writeConcern: { w: 'majority' },
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
export async function ensureRole(uri: string, role: string, privileges: Document[]): Promise<void> {
  await connected(uri, async (client) => {
    const admin = client.db('admin');
    const rest = { privileges, roles: [], writeConcern: { w: 'majority' } };
    try {
      await admin.command({ createRole: role, ...rest });
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== 51002) throw error;
      await admin.command({ updateRole: role, ...rest });
    }
  });
}

/** Drops a database user; its open connections lose their rights at their next command. */
export async function dropUserBy(client: MongoClient, user: string, db = 'admin'): Promise<void> {
  try {
    await client.db(db).command({ dropUser: user, writeConcern: { w: 'majority' } });
  } catch (error) {
    if (codeName(error) !== 'UserNotFound') throw error;
  }
}

/** As above, with a client of its own. */
export const dropUser = (uri: string, user: string): Promise<void> => connected(uri, (it) => dropUserBy(it, user));

/** Drops every user that is ours, in whichever database it is; those of others stay, whatever their custom data says. */
export async function dropMarked(client: MongoClient): Promise<void> {
  const filter = { 'customData.mark': { $in: Object.values(marks) } };
  const { users } = await client.db('admin').command({ usersInfo: { forAllDBs: true }, filter });
  for (const { user, db } of users as { user: string; db: string }[]) await dropUserBy(client, user, db);
}
