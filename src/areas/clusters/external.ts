import { type Document, MongoClient } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';
import type { Logger } from 'pino';
import type { Vault } from '../../base/secrets.ts';
import { dropOwned } from '../../mongod/index.ts';
import type { Cluster, Member } from './model.ts';
import type { Found, Provider } from './provider.ts';

/** How often a set that others run is looked at. */
const LOOK_MS = 15_000;

/** Options that name files or identities of whoever registered the set, and that mean nothing to anybody else. */
const OWN_OPTIONS = [
  'tlsCAFile',
  'tlsCertificateKeyFile',
  'tlsCertificateKeyFilePassword',
  'authMechanism',
  'authSource',
];

/** A registered URI for another user, or for nobody. */
export function uriWith(registered: string, user?: string, password?: string): string {
  const uri = new ConnectionString(registered);
  const own = uri.searchParams.get('tlsCAFile');
  for (const name of OWN_OPTIONS) uri.searchParams.delete(name);
  uri.username = user === undefined ? '' : encodeURIComponent(user);
  uri.password = password === undefined ? '' : encodeURIComponent(password);
  if (user !== undefined) uri.searchParams.set('authSource', 'admin');
  // Whoever acts for a user of ours does so on this host, where the file is.
  if (user !== undefined && own) uri.searchParams.set('tlsCAFile', own);
  return uri.href;
}

/** A registered URI that leads to one member alone. */
export function uriOfMember(registered: string, address: string): string {
  const { username, password, searchParams, isSRV } = new ConnectionString(registered);
  const uri = new ConnectionString(`mongodb://${address}/`);
  for (const [name, value] of searchParams) uri.searchParams.set(name, value);
  // What the name service would have said of all of them.
  if (isSRV && !searchParams.has('tls')) uri.searchParams.set('tls', 'true');
  if (!searchParams.has('authSource')) uri.searchParams.set('authSource', 'admin');
  uri.searchParams.delete('replicaSet');
  uri.searchParams.set('directConnection', 'true');
  uri.username = username;
  uri.password = password;
  return uri.href;
}

/** The `host:port` that a URI names, or the name that its SRV record has; so written that the same ones are equal. */
export function hostsOfUri(text: string): string[] {
  const { hosts, isSRV } = new ConnectionString(text);
  return hosts.map((it) => {
    const host = it.toLowerCase().replace(/^localhost(?=:|$)/, '127.0.0.1');
    return isSRV || /:\d+$/.test(host) ? host : `${host}:27017`;
  });
}

/** Why a URI cannot be registered, without its password; undefined when it can. */
export function wrongUri(text: string): string | undefined {
  let uri: ConnectionString;
  try {
    uri = new ConnectionString(text);
  } catch {
    return 'uri is not a MongoDB connection string';
  }
  const port = uri.hosts
    .map((it) => /:(\d+)$/.exec(it)?.[1])
    .find((it) => it && !(Number(it) >= 1 && Number(it) <= 65_535));
  if (port) return `uri names the port ${port}; a port is a number from 1 to 65535`;
  if (!uri.username)
    return 'uri must name a user who may manage users (the role root, or userAdminAnyDatabase and more)';
  if (uri.searchParams.get('directConnection') === 'true') return 'uri must reach the whole set, not one member of it';
  return undefined;
}

/** Replica sets that others run: looked after, used, and left alone but for their users. */
export function createExternalProvider({ vault, log }: { vault: Vault; log: Logger }): Provider {
  const looked = new Map<string, number>();
  const uriOf = (cluster: Cluster) => vault.open(cluster.external!.sealedUri, cluster._id);

  async function connected<T>(cluster: Cluster, work: (client: MongoClient) => Promise<T>): Promise<T> {
    const client = new MongoClient(uriOf(cluster), { serverSelectionTimeoutMS: 5_000 });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  return {
    home: 'external',
    isWell: ({ _id, revision, status }) =>
      status.revision === revision && performance.now() - (looked.get(_id) ?? -LOOK_MS) < LOOK_MS,
    down: () => 0,
    async bring(cluster, notes): Promise<Found> {
      const { found, members, set } = await connected(cluster, look).catch((error: Error) => {
        throw new Error(`The registered replica set does not answer: ${error.message.split('\n')[0]}`);
      });
      if (set.id !== cluster.external!.setId) await notes.identity(set);
      if (JSON.stringify(members) !== JSON.stringify(cluster.status.members)) await notes.members(members);
      looked.set(cluster._id, performance.now());
      return { ...found, failovers: cluster.spec.failovers, tuned: false };
    },
    /** The set goes on; only the users and roles that were made in it are taken away again. */
    async remove(cluster) {
      looked.delete(cluster._id);
      if (!cluster.status.formed) return;
      await connected(cluster, (client) => dropOwned(client, cluster._id)).catch((err) => {
        // It may be gone for ever, and then its users are; the cluster must not stay because of that.
        log.warn({ err, clusterId: cluster._id }, 'a registered set did not answer: what was made in it stays there');
      });
    },
    /** Whose certificates it accepts is said where it is run. */
    trust: async () => true,
    renew: async () => {},
    log: (cluster, member) => ({ uri: uriOfMember(uriOf(cluster), member.name) }),
  };
}

interface Look {
  found: Pick<Found, 'mongoDBVersion' | 'featureCompatibilityVersion'>;
  members: Member[];
  set: { id: string; name: string };
}

async function look(client: MongoClient): Promise<Look> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  if (!hello.setName) throw new Error('it is no replica set');
  const [{ version }, { config }, parameter] = await Promise.all([
    admin.command({ buildInfo: 1 }),
    admin.command({ replSetGetConfig: 1 }),
    admin.command({ getParameter: 1, featureCompatibilityVersion: 1 }),
  ]);
  return {
    found: { mongoDBVersion: version, featureCompatibilityVersion: parameter.featureCompatibilityVersion.version },
    set: { id: String(config.settings.replicaSetId), name: config._id },
    members: (config.members as Document[]).filter((it) => !it.arbiterOnly).map(memberOf),
  };
}

function memberOf(it: Document): Member {
  const address = it.host as string;
  const colon = address.lastIndexOf(':');
  return {
    name: address,
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    kind: it.tags?.nodeType === 'ANALYTICS' ? 'ANALYTICS' : it.priority > 0 ? 'ELECTABLE' : 'READ_ONLY',
    providerName: it.tags?.provider ?? 'AWS',
    regionName: it.tags?.region ?? 'US_EAST_1',
    instanceSize: 'M10',
    priority: it.priority,
    votes: it.votes,
  };
}
