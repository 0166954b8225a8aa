import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from '../base/api-client.ts';
import { createVault } from '../base/secrets.ts';
import { type DataDirectory, masterKey, Unusable } from './data-directory.ts';
import { OPERATOR, operatorPassword } from './directory.ts';

const FILE = 'telamon.json';

/** Where a running Telamon answers: callers, and the operator's own commands on this host. */
export interface Doors {
  url: string;
  operatorUrl: string;
}

/** Notes where this Telamon answers, for the commands that act on a running one. */
export const noteServer = (data: DataDirectory, doors: Doors): void =>
  writeFileSync(data.file(FILE), `${JSON.stringify({ ...doors, pid: process.pid })}\n`, { mode: 0o600 });

export const forgetServer = (data: DataDirectory): void => rmSync(data.file(FILE), { force: true });

export interface Server {
  url: string;
  /** Speaks to `/api/telamon/v1` as the operator. */
  operator: ApiClient;
}

/** The Telamon that runs on a data directory. Whoever may read its master key is its operator. */
export function runningServer(path: string): Server {
  const file = join(path, FILE);
  if (!existsSync(file))
    throw new Unusable(`No Telamon runs on ${path}. Start one with \`telamon up --data ${path}\`, or name another.`);
  const { url, operatorUrl } = JSON.parse(readFileSync(file, 'utf8')) as Doors;
  const password = operatorPassword(createVault(masterKey(path)));
  return { url, operator: createApiClient(`${operatorUrl}/api/telamon/v1`, { username: OPERATOR, password }) };
}
