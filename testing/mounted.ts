import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { systemClock } from '../src/base/clock.ts';
import { createVault } from '../src/base/secrets.ts';
import type { Mounted } from '../src/kernel/operation.ts';
import { createHouse } from '../src/main/house.ts';
import { quiet } from './house.ts';

/** What the house mounts; it never connects to a store. */
export function mountedOperations(): readonly Mounted[] {
  const clusterRoot = mkdtempSync(join(tmpdir(), 'telamon-mounted-'));
  const client = new MongoClient('mongodb://127.0.0.1:1');
  try {
    return createHouse({
      state: { client, db: client.db('none') },
      ...{ vault: createVault(Buffer.alloc(32)), clock: systemClock, log: quiet },
      mongod: { path: 'mongod', version: '0.0.0' },
      ...{ clusterRoot, rateLimits: true, sunsets: true },
    }).operations;
  } finally {
    rmSync(clusterRoot, { recursive: true, force: true });
  }
}
