import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../base/files.ts';

export interface Identity {
  instanceId: string;
  /** It was linked before, so that this start is not its first. */
  readonly wasLinked: boolean;
  noteLinked(): void;
}

/**
 * Who this agent is for a link: chosen at its first start and kept, so that it may be restarted with the same token
 * while a second agent with that token is refused.
 */
export function identityFor(stateDir: string, linkId: string): Identity {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, `${linkId}.json`);
  const keep = (it: object) => replaceFile(file, `${JSON.stringify(it)}\n`, 0o600);
  const known = existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { instanceId: string; linked?: true });
  const instanceId = known ? known.instanceId : randomUUID();
  if (!known) keep({ instanceId });
  return {
    instanceId,
    wasLinked: known && known.linked === true,
    noteLinked: () => keep({ instanceId, linked: true }),
  };
}
