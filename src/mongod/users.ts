import { type Document, MongoServerError } from 'mongodb';
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

/** Makes the users that carry `mark` exactly these: made, changed, or dropped. Others are left alone. */
export async function syncUsers(
  uri: string,
  mark: string,
  wanted: readonly { user: string; password: string; roles: Document[] }[],
): Promise<void> {
  await connected(uri, async (client) => {
    const admin = client.db('admin');
    const writeConcern = { w: 'majority' };
    const { users } = await admin.command({ usersInfo: 1, filter: { 'customData.mark': mark } });
    const there = new Set((users as Document[]).map((it) => it.user as string));
    for (const { user, password, roles } of wanted) {
      const rest = { pwd: password, roles, customData: { mark }, writeConcern };
      await admin.command(there.delete(user) ? { updateUser: user, ...rest } : { createUser: user, ...rest });
    }
    for (const user of there) await admin.command({ dropUser: user, writeConcern });
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
export async function dropUser(uri: string, user: string): Promise<void> {
  await connected(uri, async (client) => {
    try {
      await client.db('admin').command({ dropUser: user, writeConcern: { w: 'majority' } });
    } catch (error) {
      if (codeName(error) !== 'UserNotFound') throw error;
    }
  });
}
