import { setTimeout as wait } from 'node:timers/promises';
import { type Document, MongoClient, MongoServerError } from 'mongodb';

export interface Host {
  host: string;
  port: number;
  priority?: number;
  votes?: 0 | 1;
  tags?: Record<string, string>;
  /** It speaks TLS, and this file holds the authority to trust. */
  caFile?: string;
}

export interface Admin {
  user: string;
  password: string;
}

export interface SetSpec {
  replSet: string;
  members: readonly Host[];
  admin: Admin;
}

export const addressOf = ({ host, port }: Host): string => `${host}:${port}`;

/** A connection string with everything escaped that needs it. */
export function replicaSetUri(at: {
  members: readonly Host[];
  replSet: string;
  user?: string;
  password?: string;
  authSource?: string;
}): string {
  const login = at.user ? `${encodeURIComponent(at.user)}:${encodeURIComponent(at.password ?? '')}@` : '';
  const options = new URLSearchParams({ replicaSet: at.replSet });
  if (at.authSource) options.set('authSource', at.authSource);
  const { caFile } = at.members[0] ?? {};
  if (caFile) options.set('tls', 'true');
  if (caFile) options.set('tlsCAFile', caFile);
  return `mongodb://${login}${at.members.map(addressOf).join(',')}/?${options}`;
}

export const codeName = (error: unknown) => (error instanceof MongoServerError ? error.codeName : undefined);

export async function direct<T>(
  at: Host,
  admin: Admin | undefined,
  work: (client: MongoClient) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(`mongodb://${addressOf(at)}/?directConnection=true`, {
    serverSelectionTimeoutMS: 5_000,
    ...(at.caFile ? { tls: true, tlsCAFile: at.caFile } : {}),
    ...(admin ? { auth: { username: admin.user, password: admin.password }, authSource: 'admin' } : {}),
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** While forming, a short election timeout makes the first primary at once; afterwards mongod's default is right. */
const FORMING_MS = 300;
const USUAL_MS = 10_000;

/**
 * Brings a replica set from bare members to a writable primary with its administrator, from whatever point an earlier
 * try had reached.
 */
export async function ensureReplicaSet(spec: SetSpec): Promise<void> {
  const hellos = await Promise.all(
    spec.members.map((it) => direct(it, undefined, (client) => client.db('admin').command({ hello: 1 }))),
  );
  // Any of them may be the one that an earlier try had begun with.
  const known = hellos.some((it) => it.setName);
  if (!known) await initiate(spec, spec.members[0]!);
  const primary = await untilPrimary(spec);
  // Once settled there is nothing left to form; only members that have just started must catch up.
  if (known && (await isSettled(spec, primary))) return spec.members.length > 1 ? untilHealthy(spec) : undefined;
  await ensureAdmin(spec);
  await untilHealthy(spec);
  await settle(spec);
}

async function isSettled({ admin }: SetSpec, primary: Host): Promise<boolean> {
  try {
    const { config } = await direct(primary, admin, (client) => client.db('admin').command({ replSetGetConfig: 1 }));
    return config.settings.electionTimeoutMillis === USUAL_MS;
  } catch (error) {
    // Cut off before the administrator was made.
    if (codeName(error) === 'AuthenticationFailed') return false;
    throw error;
  }
}

async function initiate(spec: SetSpec, first: Host): Promise<void> {
  const config = {
    _id: spec.replSet,
    members: spec.members.map(({ priority = 1, votes = 1, tags, ...at }, _id) => ({
      ...{ _id, host: addressOf(at), priority, votes },
      ...(tags ? { tags } : {}),
    })),
    settings: { electionTimeoutMillis: FORMING_MS, heartbeatIntervalMillis: 200 },
  };
  try {
    await direct(byLoopback(first), undefined, (client) => client.db('admin').command({ replSetInitiate: config }));
  } catch (error) {
    if (codeName(error) !== 'AlreadyInitialized') throw error;
  }
}

/** When no member has answered for so long, none runs any more. */
const SILENT_MS = 10_000;

export async function untilPrimary(spec: SetSpec): Promise<Host> {
  let answered = performance.now();
  for (const until = performance.now() + 60_000; performance.now() < until; await wait(50)) {
    for (const member of spec.members) {
      const hello = await direct(member, undefined, (client) => client.db('admin').command({ hello: 1 })).catch(
        // A member may still be starting; the deadline above is what ends the wait.
        () => undefined,
      );
      if (hello?.isWritablePrimary) return member;
      if (hello) answered = performance.now();
    }
    // Whoever waits here cannot start them meanwhile.
    if (performance.now() - answered > SILENT_MS) throw new Error(`No member of replica set ${spec.replSet} answers.`);
  }
  throw new Error(`Replica set ${spec.replSet} elected no primary within 60 s.`);
}

/** Over the loopback interface, since nothing else falls under the localhost exception. */
const byLoopback = (it: Host): Host => ({ ...it, host: '127.0.0.1' });

/** Makes the administrator by the localhost exception, which mongod grants only while there is no user at all. */
async function ensureAdmin(spec: SetSpec): Promise<void> {
  for (const until = performance.now() + 30_000; ; await wait(50)) {
    const primary = await untilPrimary(spec);
    try {
      await direct(byLoopback(primary), undefined, (client) =>
        client.db('admin').command({ createUser: spec.admin.user, pwd: spec.admin.password, roles: ['root'] }),
      );
      return;
    } catch (error) {
      if (codeName(error) === 'Unauthorized') return;
      if (performance.now() > until) throw error;
    }
  }
}

const withAdmin = <T>(spec: SetSpec, work: (client: MongoClient) => Promise<T>): Promise<T> =>
  connected(replicaSetUri({ ...spec, ...spec.admin, authSource: 'admin' }), work);

/** Runs `work` with a client of its own, which is closed again. */
export async function connected<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

export async function untilHealthy(spec: SetSpec): Promise<void> {
  await withAdmin(spec, async (client) => {
    for (const until = performance.now() + 60_000; performance.now() < until; await wait(50)) {
      const status = await client.db('admin').command({ replSetGetStatus: 1 });
      const states = (status.members as Document[]).map((it) => it.stateStr);
      if (states.every((it) => it === 'PRIMARY' || it === 'SECONDARY')) return;
    }
    throw new Error(`Not all members of ${spec.replSet} became healthy within 60 s.`);
  });
}

async function settle(spec: SetSpec): Promise<void> {
  await withAdmin(spec, async (client) => {
    const { config } = await client.db('admin').command({ replSetGetConfig: 1 });
    if (config.settings.electionTimeoutMillis === USUAL_MS) return;
    config.version++;
    config.settings = { ...config.settings, electionTimeoutMillis: USUAL_MS, heartbeatIntervalMillis: 2_000 };
    await client.db('admin').command({ replSetReconfig: config });
  });
}
