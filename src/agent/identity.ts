import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who this agent is for a link: chosen at its first start and kept, so that it may be restarted with the same token
 * while a second agent with that token is refused.
 */
export function identityFor(stateDir: string, linkId: string): string {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, `${linkId}.json`);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { instanceId: string }).instanceId;
  const instanceId = randomUUID();
  writeFileSync(file, `${JSON.stringify({ instanceId })}\n`, { mode: 0o600 });
  return instanceId;
}
