import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MongoClient, MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import type { State } from '../base/state.ts';
import {
  ensureReplicaSet,
  findMember,
  freePort,
  replicaSetUri,
  startMember,
  stopMember,
  writeKeyFile,
} from '../mongod/index.ts';
import { type DataDirectory, Unusable } from './data-directory.ts';

export interface OpenState extends State {
  /** Resolves once it answers. Rooms may be built on it before that, but nothing asked of it. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** How the beginning of a store is watched over. */
export interface Beginning {
  /** Hears every few seconds that it still goes on. */
  say?(line: string): void;
  /** Ends the wait for it. */
  signal?: AbortSignal;
}

/** After a crash, a store with much in it may recover for minutes before it answers, and then elects its primary. */
const PATIENCE_MS = 600_000;
const TELL_MS = 5_000;

/** Does the work again while the store is only slow, and tells so. Throws what else is wrong, or the last try after the time. */
async function patiently<T>(work: () => Promise<T>, { say, signal }: Beginning): Promise<T> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1_000);
  const telling = setInterval(
    () => say?.(`The state store does not answer yet; waiting (${seconds()} s of at most ${PATIENCE_MS / 1_000} s).`),
    TELL_MS,
  );
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Unusable('Stopped while it waited for its state store.'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });
  const again = async (): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const slow = error instanceof MongoServerSelectionError || error instanceof MongoNetworkError;
        if (!slow || signal?.aborted || performance.now() - began > PATIENCE_MS) throw error;
      }
    }
  };
  try {
    return await Promise.race([again(), stopped]);
  } finally {
    clearInterval(telling);
  }
}

/** Of a store that `begin` brings up: its client is there at once, and connects after that. */
function opened(uri: string, begin: (client: MongoClient) => Promise<void>, end: () => Promise<void>): OpenState {
  const client = new MongoClient(uri, {
    appName: 'telamon',
    writeConcern: { w: 'majority' },
    readConcernLevel: 'majority',
    // The operator's own URI may say otherwise.
    ...(/serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: 20_000 }),
    ignoreUndefined: true,
  });
  const ready = begin(client);
  // Its failure is for whoever awaits it, which may be only after rooms have been built.
  ready.catch(() => {});
  return {
    client,
    db: client.db(),
    ready,
    async close() {
      // What is just starting could not be found to be ended.
      await ready.catch(() => {});
      await client.close();
      await end();
    },
  };
}

/**
 * A state store of the operator's own, by URI (database in the path). Throws when it does not answer or is a
 * standalone, which has neither transactions nor change streams.
 */
export function externalState(uri: string): OpenState {
  const noAnswer = (error: Error): never => {
    throw new Error(`The state store does not answer: ${error.message}. Check the URI given with --state.`);
  };
  const state = opened(
    uri,
    async (client) => void (await client.connect()),
    async () => {},
  );
  const ready = state.ready.catch(noAnswer).then(async () => {
    const hello = await state.db.admin().command({ hello: 1 });
    if (!hello.setName && hello.msg !== 'isdbgrid')
      throw new Error('The state store is a standalone mongod. Make it a replica set (one member is enough).');
  });
  ready.catch(() => {});
  return { ...state, ready };
}

/** The embedded state store: a single-member replica set in the data directory, with authentication on; it has begun. */
export async function embeddedState(
  data: DataDirectory,
  mongod: string,
  beginning: Beginning = {},
): Promise<OpenState> {
  const replSet = 'telamon-state';
  const keyFile = data.file('state.key');
  writeKeyFile(keyFile, data.vault.derive('state-keyfile').toString('base64'));
  const member = (port: number) => ({
    ...{ name: 'state', dir: data.file('state'), port, replSet, keyFile, mongod, cacheGB: 0.25 },
  });
  const portFile = data.file('state.port');
  const noted = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : await freePort();
  const port = findMember(member(noted))?.port ?? noted;
  writeFileSync(portFile, String(port), { mode: 0o600 });
  const admin = { user: 'telamon', password: data.vault.derive('state-admin').toString('base64url') };
  const members = [{ host: '127.0.0.1', port }];
  const uri = new URL(replicaSetUri({ members, replSet, ...admin, authSource: 'admin' }));
  uri.pathname = '/telamon';
  const form = async () => {
    await startMember(member(port), { limitMs: PATIENCE_MS });
    // Beside the data that it speaks of: it goes when they go. To look at the set itself would cost each start a third
    // of a second, and the connection looks for its primary anyway.
    const formed = data.file('state', 'formed');
    if (existsSync(formed)) return;
    await ensureReplicaSet({ replSet, members, admin });
    writeFileSync(formed, '');
  };
  const begin = async (client: MongoClient) => {
    await form();
    // Nobody would close it any more.
    beginning.signal?.throwIfAborted();
    await client.connect();
  };
  return opened(
    uri.href,
    (client) => patiently(() => begin(client), beginning),
    () => stopMember(member(port)),
  );
}
