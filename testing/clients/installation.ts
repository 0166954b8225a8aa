// One Telamon for all tests of a file, started as anybody starts it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { telamon } from '../../demo/children.ts';
import { certificate } from '../certificate.ts';
import type { Made } from '../unhappy/children.ts';

export interface Installation extends Made {
  /** For what the tests make; removed at the end. */
  dir: string;
  /** The file with its certificate, where it has one. */
  cert?: string;
  /** What clients read: the address and the credentials, by the names that Atlas's own clients look for. */
  environment: Record<string, string>;
}

/** No client is refused for how often it asks, nor for the age of the interface that it was made for. */
const UNLIMITED = ['--no-rate-limits', '--no-sunsets'];

/**
 * Ends with the tests of the file. With `tls` it answers at `localhost` with a certificate that signs itself; `more` are
 * further options of its command line.
 */
export async function installation({ tls = false, more = [] as readonly string[] } = {}): Promise<Installation> {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-clients-'));
  const { cert, key } = tls ? certificate(dir) : {};
  const door = cert && key ? ['--host', 'localhost', '--tls-cert', cert, '--tls-key', key] : [];
  const child = telamon(
    ['up', '--json', '--port', '0', '--ephemeral', '--data', join(dir, 'data'), ...UNLIMITED, ...door, ...more],
    () => {},
  );
  after(async () => {
    await child.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const made = JSON.parse(await child.line((text) => text.startsWith('{'))) as Made;
  const environment = {
    MONGODB_ATLAS_BASE_URL: made.url,
    MONGODB_ATLAS_PUBLIC_KEY: made.publicKey,
    MONGODB_ATLAS_PRIVATE_KEY: made.privateKey,
    MONGODB_ATLAS_CLIENT_ID: made.clientId,
    MONGODB_ATLAS_CLIENT_SECRET: made.clientSecret,
    TELAMON_ORG_ID: made.orgId,
  };
  return { ...made, dir, environment, cert };
}
