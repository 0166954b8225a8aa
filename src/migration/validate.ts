import type { Document } from 'mongodb';
import { blockProblemOf } from './block.ts';
import { find } from './bson.ts';
import { needOf, oplogPace, roomOn, tooFull, tooShort } from './capacity.ts';
import { compareVersions, Deployment, isSame, SAME } from './deployment.ts';
import { Code, CommandFailed } from './errors.ts';
import { fcvOf, isSharded } from './inspect.ts';
import { alreadyHolds, colliding } from './prepare.ts';
import { Scope } from './scope.ts';
import { type Catalogue, namespaceOf, readCatalogue } from './segment.ts';
import type { MigrationOptions } from './wanted.ts';

type Side = 'source' | 'destination';

/** The first version that tells of every change of the schema. */
const OLDEST = '6.0';

type How = Pick<MigrationOptions, 'drop' | 'maxBytesPerSecond' | 'back' | 'blockWrites'>;

/** Problems in the words of the users, empty when the migration may start. */
export async function validateMigration(
  o: Pick<MigrationOptions, 'source' | 'destination' | 'include' | 'exclude'> & How,
): Promise<string[]> {
  const [source, destination] = await Promise.all([reach(o.source, 'source'), reach(o.destination, 'destination')]);
  const open = [source, destination].filter((it) => it instanceof Deployment);
  try {
    for (const it of open) it.scope = new Scope(o);
    if (source instanceof Deployment && destination instanceof Deployment)
      return await problemsBetween(source, destination, o);
    const problems = [source, destination].filter((it) => typeof it === 'string');
    if (source instanceof Deployment) problems.push(...(await aloneWrong(source, 'source')));
    if (destination instanceof Deployment) problems.push(...(await aloneWrong(destination, 'destination')));
    return problems;
  } finally {
    await Promise.all(open.map((it) => it.close()));
  }
}

/** As `validateMigration`, of two that are connected and know what is left out. */
export async function problemsBetween(source: Deployment, destination: Deployment, o: How): Promise<string[]> {
  const alone = [...(await aloneWrong(source, 'source')), ...(await aloneWrong(destination, 'destination'))];
  if (alone.length) return alone;
  const unblockable = o.blockWrites && (await blockProblemOf(source));
  return [...(await togetherWrong(source, destination, o)), ...(unblockable ? [unblockable] : [])];
}

/** A connected deployment, or why there is none. */
async function reach(uri: string, side: Side): Promise<Deployment | string> {
  try {
    return await Deployment.connect(uri, { timeoutMS: 5_000 });
  } catch (error) {
    const { code, name, message } = error as Error & { code?: unknown };
    if (code === Code.authenticationFailed || code === 8000) {
      return `The username or password is not correct: the ${side} refused the login. Correct the user and its password.`;
    }
    if (name === 'MongoParseError' || name === 'MongoInvalidArgumentError') {
      return `Could not reach specified ${side}: the connection string is not valid (${message}).`;
    }
    return `Could not reach specified ${side}: ${message}. Check its host, port and TLS settings, and that it is running.`;
  }
}

async function aloneWrong(deployment: Deployment, side: Side): Promise<string[]> {
  const Side = side === 'source' ? 'Source' : 'Destination';
  if (isSharded(deployment)) return [`${Side} is a sharded cluster, which is unsupported. Use a replica set.`];
  if (!deployment.hello.setName) {
    return [`${Side} appears to be a standalone. Convert it to a replica set of one member, then try again.`];
  }
  const version = await deployment.version();
  if (compareVersions(version, OLDEST) < 0) {
    return [`${Side} runs MongoDB ${version}, which is too old. Upgrade it to ${OLDEST} or newer.`];
  }
  const fcv = await fcvOf(deployment);
  if (compareVersions(fcv, OLDEST) < 0) {
    return [
      `${Side} has the featureCompatibilityVersion ${fcv}, which is too old. Set it to ${OLDEST} or newer there.`,
    ];
  }
  return side === 'source' ? mayRead(deployment) : mayWrite(deployment);
}

const reading = 'Grant the source user the roles backup and readAnyDatabase.';
const writing =
  'Grant the destination user the roles restore, readWriteAnyDatabase, dbAdminAnyDatabase and clusterMonitor.';

/** Tries what the migration will do, since roles may be made in many ways. */
async function mayRead(source: Deployment): Promise<string[]> {
  try {
    const stage = { $changeStream: { allChangesForCluster: true, showExpandedEvents: true, showSystemEvents: true } };
    await source.command('admin', { aggregate: 1, pipeline: [stage], cursor: { batchSize: 0 } });
    await source.command('test', { find: 'none', limit: 1 });
    for (const it of (await readCatalogue(source)).collections) {
      await source.attempt(it.db, { find: it.name, limit: 1, singleBatch: true }, Code.namespaceNotFound);
      await source.attempt(it.db, { listIndexes: it.name }, Code.namespaceNotFound);
      await source.attempt(it.db, { collStats: it.name }, Code.namespaceNotFound);
    }
    return [];
  } catch (error) {
    return [refusal(error, reading)];
  }
}

const needed = [
  ...['find', 'insert', 'update', 'remove', 'bypassDocumentValidation', 'createCollection', 'dropCollection'],
  ...[
    'createIndex',
    'dropIndex',
    'collMod',
    'renameCollectionSameDB',
    'listCollections',
    'listIndexes',
    'dropDatabase',
  ],
];

/** What the destination grants on all user databases; writing something there to find out would leave traces. */
async function mayWrite(destination: Deployment): Promise<string[]> {
  try {
    const { authInfo } = await destination.command('admin', { connectionStatus: 1, showPrivileges: true });
    await destination.command('admin', { listDatabases: 1, nameOnly: true });
    // Without access control nobody is authenticated and everybody may do everything.
    if (!authInfo.authenticatedUsers.length) {
      await readCatalogue(destination);
      return [];
    }
    const granted = new Set<string>();
    for (const { resource, actions } of authInfo.authenticatedUserPrivileges as Document[]) {
      const everywhere = resource.anyResource || (resource.db === '' && resource.collection === '');
      if (everywhere) for (const action of actions) granted.add(action);
    }
    const lacking = needed.filter((it) => !granted.has(it) && !granted.has('anyAction'));
    if (!lacking.length) return [];
    return [`User not authorized to execute command: the destination user lacks ${lacking.join(', ')}. ${writing}`];
  } catch (error) {
    return [refusal(error, writing)];
  }
}

function refusal(error: unknown, grant: string): string {
  if (!(error instanceof CommandFailed) || error.code !== Code.unauthorized) throw error;
  return `User not authorized to execute command: ${error.message}. ${grant}`;
}

async function togetherWrong(
  source: Deployment,
  destination: Deployment,
  { drop, maxBytesPerSecond, back }: How,
): Promise<string[]> {
  const problems: string[] = [];
  if (isSame(source, destination)) problems.push(SAME);
  // Where it came from it may go back: what is there is known, and nothing is copied.
  if (back !== undefined) return problems;
  const [from, to] = await Promise.all([source.version(), destination.version()]);
  const [fcv, fcvThere] = await Promise.all([fcvOf(source), fcvOf(destination)]);
  if (compareVersions(to, from) < 0) {
    problems.push(
      `The destination runs MongoDB ${to}, older than the source with ${from}. Choose a destination of the same version or newer.`,
    );
  } else if (compareVersions(fcvThere, fcv) < 0) {
    problems.push(
      `The destination has the featureCompatibilityVersion ${fcvThere}, older than the source with ${fcv}. Set it to ${fcv} or newer there.`,
    );
  }
  const [a, b] = await Promise.all([readCatalogue(source), readCatalogue(destination)]);
  const sealed = encrypted(a);
  if (sealed.length)
    problems.push(
      `Source cluster contains collections with Queryable Encryption, which is unsupported: ${sealed.join(', ')}.`,
    );
  const inTheWay = colliding(a, b);
  if (inTheWay.length && !drop) problems.push(alreadyHolds(inTheWay));
  const [need, room] = await Promise.all([needOf(source, a.collections), roomOn(destination, drop === 'all')]);
  const capacity = [tooFull(need, room), tooShort(need, await oplogPace(source), maxBytesPerSecond)];
  return [...problems, ...capacity.filter((it) => it !== undefined)];
}

/** What clients encrypt is theirs alone to write; a copy under other names or in another order would be no good to them. */
const encrypted = ({ collections }: Catalogue): string[] =>
  collections.filter((it) => find(it.options, 0, 'encryptedFields')).map(namespaceOf);
