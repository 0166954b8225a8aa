import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import type { State } from '../base/state.ts';
import { ensureReplicaSet, freePort, replicaSetUri, startMember, stopMember, writeKeyFile } from '../mongod/index.ts';
import type { DataDirectory } from './data-directory.ts';

export interface OpenState extends State {
  close(): Promise<void>;
}

async function connect(uri: string, onClose: () => Promise<void>): Promise<OpenState> {
  const client = new MongoClient(uri, {
    appName: 'telamon',
    writeConcern: { w: 'majority' },
    readConcernLevel: 'majority',
    // The operator's own URI may say otherwise.
    ...(/serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: 20_000 }),
    ignoreUndefined: true,
  });
  await client.connect();
  return {
    client,
    db: client.db(),
    close: async () => {
      await client.close();
      await onClose();
    },
  };
}

/**
 * A state store of the operator's own, by URI (database in the path). Throws when it does not answer or is a
 * standalone, which has neither transactions nor change streams.
 */
export async function externalState(uri: string): Promise<OpenState> {
  const state = await connect(uri, async () => {}).catch((error: Error) => {
    throw new Error(`The state store does not answer: ${error.message}. Check the URI given with --state.`);
  });
  const hello = await state.db.admin().command({ hello: 1 });
  if (hello.setName || hello.msg === 'isdbgrid') return state;
  await state.close();
  throw new Error('The state store is a standalone mongod. Make it a replica set (one member is enough).');
}

/** The embedded state store: a single-member replica set in the data directory, with authentication on. */
export async function embeddedState(data: DataDirectory, mongod: string): Promise<OpenState> {
  const replSet = 'telamon-state';
  const keyFile = data.file('state.key');
  writeKeyFile(keyFile, data.vault.derive('state-keyfile').toString('base64'));
  const portFile = data.file('state.port');
  let port = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : await freePort();
  writeFileSync(portFile, String(port), { mode: 0o600 });
  const member = () => ({ name: 'state', dir: data.file('state'), port, replSet, keyFile, mongod, cacheGB: 0.25 });
  const handle = await startMember(member());
  port = handle.port;
  const admin = { user: 'telamon', password: data.vault.derive('state-admin').toString('base64url') };
  const members = [{ host: '127.0.0.1', port }];
  // Beside the data that it speaks of: it goes when they go. To look at the set itself would cost each start a third
  // of a second, and the connection below looks for its primary anyway.
  const formed = data.file('state', 'formed');
  if (!existsSync(formed)) {
    await ensureReplicaSet({ replSet, members, admin });
    writeFileSync(formed, '');
  }
  const uri = replicaSetUri({ members, replSet, ...admin, authSource: 'admin' });
  const at = new URL(uri);
  at.pathname = '/telamon';
  return connect(at.href, () => stopMember(member()));
}
