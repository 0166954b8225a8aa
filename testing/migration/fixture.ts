/** For the tests beside it: replica sets of one real member each, with authentication. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import {
  type ChangeSource,
  createMigration,
  type Migration,
  type MigrationOptions,
  type Progress,
  type Report,
} from '../../src/migration/index.ts';
import {
  ensureReplicaSet,
  ensureUser,
  findMongod,
  freePort,
  type MemberSpec,
  removeMember,
  replicaSetUri,
  startMember,
  writeKeyFile,
} from '../../src/mongod/index.ts';

const admin = { user: 'root', password: 'p@ss/word:%' };

export interface TestSet {
  spec: MemberSpec;
  /** As an administrator. */
  admin: string;
  /** As the user that a migration is told to make. */
  uri: string;
  client: MongoClient;
  /** As `uri`, but over a line that leads to this port. */
  through(port: number): string;
}

/** What a member is started with beside the usual. */
type More = Partial<Pick<MemberSpec, 'oplogMB' | 'options' | 'dir'>>;

async function startSet(dir: string, name: string, mongod: string, roles: string[], more: More = {}): Promise<TestSet> {
  const spec: MemberSpec = {
    name,
    dir: join(dir, name),
    port: await freePort(),
    replSet: name,
    keyFile: join(dir, 'key'),
    mongod,
    cacheGB: 0.5,
    ...more,
  };
  await startMember(spec);
  const set = { replSet: name, members: [{ host: '127.0.0.1', port: spec.port }], admin };
  await ensureReplicaSet(set);
  const adminUri = replicaSetUri({ ...set, ...admin, authSource: 'admin' });
  const mover = { user: 'mover', password: 'm@ver', authSource: 'admin' };
  const uri = replicaSetUri({ ...set, ...mover });
  const through = (port: number) => {
    const line = new URL(uri);
    line.searchParams.delete('replicaSet');
    line.searchParams.set('directConnection', 'true');
    line.port = String(port);
    return line.href;
  };
  const { user, password } = mover;
  await ensureUser(adminUri, { user, password, roles: roles.map((role) => ({ role, db: 'admin' })) });
  const client = await new MongoClient(adminUri).connect();
  // A scenario leaves transactions open over phases, which on a busy machine take longer than the usual minute.
  await client.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: 3_600 });
  return { spec, admin: adminUri, uri, client, through };
}

export interface Sets {
  dir: string;
  source: TestSet;
  destination: TestSet;
  end(): Promise<void>;
}

export async function startSets(more: { source?: More; destination?: More } = {}): Promise<Sets> {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-migration-'));
  const cacheDir = join(process.env.TELAMON_CACHE ?? join(homedir(), '.cache', 'telamon'), 'mongod');
  const { path } = await findMongod({ cacheDir, log: () => {} });
  writeKeyFile(join(dir, 'key'), randomBytes(96).toString('base64'));
  const [source, destination] = await Promise.all([
    startSet(dir, 'source', path, ['backup', 'readAnyDatabase'], more.source),
    startSet(
      dir,
      'destination',
      path,
      ['restore', 'readWriteAnyDatabase', 'dbAdminAnyDatabase', 'clusterMonitor'],
      more.destination,
    ),
  ]);
  const end = async () => {
    for (const set of [source, destination]) {
      await set.client.close();
      await removeMember(set.spec);
    }
    rmSync(dir, { recursive: true, force: true });
  };
  return { dir, source, destination, end };
}

export const quiet = pino({ level: process.env.TELAMON_TEST_LOG ?? 'silent' }, pino.destination(2));

/** Every test of the engine may be run with either reader of changes. */
const changesFrom = process.env.MIGRATION_CHANGES as ChangeSource | undefined;

/** Removes the checkpoint of what has ended well: whoever asked for it knows. */
const acknowledged = async (migration: Migration): Promise<Report> => {
  const report = await migration.run();
  await migration.forget();
  return report;
};

let count = 0;
/** A migration between the two sets, with what a test waits for: a state of the progress that holds. `unheard`: nobody hears how it ends. */
export function migrate(
  sets: { source: { uri: string }; destination: { uri: string } },
  { unheard, ...options }: Partial<MigrationOptions> & { unheard?: boolean } = {},
): Migration & {
  until(holds: (p: Progress) => boolean): Promise<void>;
} {
  const waiting = new Set<{ holds(p: Progress): boolean; resolve(): void }>();
  const migration = createMigration({
    id: `test-${++count}`,
    source: sets.source.uri,
    destination: sets.destination.uri,
    drop: true,
    log: quiet,
    changes: changesFrom,
    onProgress: (p) => {
      for (const it of waiting) {
        if (!it.holds(p)) continue;
        waiting.delete(it);
        it.resolve();
      }
    },
    ...options,
  });
  let running: Promise<Report> | undefined;
  return {
    ...{
      isBegun: () => migration.isBegun(),
      progress: () => migration.progress(),
      cutover: () => migration.cutover(),
      stop: () => migration.stop(),
      forget: () => migration.forget(),
    },
    run() {
      running = unheard ? migration.run() : acknowledged(migration);
      // Whoever waits for a state must hear of a failure instead of waiting for ever.
      running.catch(() => {});
      return running;
    },
    until(holds) {
      const reached = new Promise<void>((resolve) => {
        if (holds(migration.progress())) resolve();
        else waiting.add({ holds, resolve });
      });
      return Promise.race([
        reached,
        (running ?? new Promise<never>(() => {})).then(() => {
          throw new Error('the migration ended before the state was reached');
        }),
      ]);
    },
  };
}

export const ready = (p: Progress): boolean => p.readyForCutover;

/** Drops all user databases of both sets, so that tests of a file do not see each other's. */
export async function clear(sets: Sets): Promise<void> {
  for (const { client } of [sets.source, sets.destination]) {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) {
      if (!['admin', 'local', 'config'].includes(name)) await client.db(name).dropDatabase();
    }
  }
}
