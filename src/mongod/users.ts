import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import { codeName, connected } from './replica-set.ts';

/** Makes a database user or brings an existing one to these roles, this password and these restrictions. */
export async function ensureUser(
  uri: string,
  user: { user: string; password: string; roles: Document[]; restrictions?: { clientSource: string[] } },
): Promise<void> {
  const rest = {
    pwd: user.password,
    roles: user.roles,
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
export async function dropUserBy(client: MongoClient, user: string): Promise<void> {
  try {
    await client.db('admin').command({ dropUser: user, writeConcern: { w: 'majority' } });
  } catch (error) {
    if (codeName(error) !== 'UserNotFound') throw error;
  }
}

/** As above, with a client of its own. */
export const dropUser = (uri: string, user: string): Promise<void> => connected(uri, (it) => dropUserBy(it, user));
