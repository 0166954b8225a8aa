// Database users that come and go, and staff whose access ends by itself, while everything is killed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { telamonOnce } from '../../demo/children.ts';
import { until } from '../wait.ts';

interface Session {
  uri: string;
  /** When its grant ends, by the clock of this host. */
  ends: number;
}

export interface Visitors {
  /** Makes a database user, or deletes one that was made before. */
  user(number: number): Promise<void>;
  /** Grants staff access to a cluster for some seconds, and has staff open a session under it. */
  grant(cluster: { name: string; id: string }, seconds: number): Promise<void>;
  /** Users that are on a cluster though nobody wants them any more, once there was time to take them away. */
  leaked(clusters: readonly { id: string; uri: string }[]): Promise<string[]>;
  /** How many sessions still get in after their time. */
  outlived(): Promise<number>;
}

/** Whoever asks while Telamon is down or a cluster has no primary is refused: that is part of it. */
const perhaps = <T>(asked: Promise<T>): Promise<T | undefined> => asked.catch(() => undefined);

export async function visitors(
  at: { url: string; data: string; groupId: string; api: Atlas },
  own: readonly string[],
): Promise<Visitors> {
  const { url, data, groupId, api } = at;
  const { username, password } = JSON.parse(await telamonOnce(['staff', 'create', 'chaos', '--data', data]));
  const staff = atlas(url, url, { publicKey: username, privateKey: password });
  const wanted = new Set<string>();
  const sessions: Session[] = [];
  const path = `/groups/${groupId}/databaseUsers`;
  return {
    async user(number) {
      const name = `guest${number}`;
      const roles = [{ databaseName: 'x', roleName: 'read' }];
      const body = { username: name, password: 'guest-password', databaseName: 'admin', roles };
      // What was cut off may have been done or not: the API says which.
      await perhaps(wanted.has(name) ? api.call('DELETE', `${path}/admin/${name}`) : api.call('POST', path, body));
      const all = await until(
        () => perhaps(api.call('GET', path)),
        (it) => it !== undefined,
        60_000,
      );
      wanted.clear();
      for (const it of all.results) wanted.add(it.username);
    },
    async grant({ name, id }, seconds) {
      const ends = Date.now() + seconds * 1_000;
      const expirationTime = new Date(ends).toISOString();
      const body = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime };
      await perhaps(api.call('POST', `/groups/${groupId}/clusters/${name}:grantMongoDBEmployeeAccess`, body));
      const opened = await perhaps(staff.own('POST', `/staff/clusters/${id}/sessions`));
      if (opened) sessions.push({ uri: opened.uri, ends });
    },
    async leaked(clusters) {
      const expected = new Set([...own, ...wanted]);
      const look = async () => {
        const found = await Promise.all(
          clusters.map(({ id, uri }) => perhaps(usersOf(uri, join(data, 'clusters', id, 'key')))),
        );
        return found.flatMap((it) => it ?? ['(no answer)']).filter((it) => !expected.has(it));
      };
      try {
        return await until(look, (it) => it.length === 0, 60_000);
      } catch {
        // They are still there: that is the answer.
        return look();
      }
    },
    async outlived() {
      const over = sessions.filter((it) => it.ends < Date.now());
      const open = await Promise.all(over.map((it) => perhaps(ping(it.uri))));
      return open.filter((it) => it !== undefined).length;
    },
  };
}

async function withClient<T>(
  uri: string,
  work: (client: MongoClient) => Promise<T>,
  options: MongoClientOptions = {},
): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, ...options });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const ping = (uri: string) => withClient(uri, (it) => it.db('admin').command({ connectionStatus: 1 }));

/** As a member of the set, by its key: no database user, whatever its role, reads who the users are. */
async function usersOf(uri: string, keyFile: string): Promise<string[]> {
  const password = (await readFile(keyFile, 'utf8')).trim();
  const options = { auth: { username: '__system', password }, authSource: 'local' };
  const users = await withClient(uri, (it) => it.db('admin').collection('system.users').find().toArray(), options);
  return users.map((it) => it.user);
}
