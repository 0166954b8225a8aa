import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LET_IN } from './block.ts';

const SUFFIX = '.held';

/** Which sources this host holds writes back on, by the migration that does: kept beside it, for when it is killed. */
export function heldIn(stateDir: string) {
  const fileOf = (migration: string) => join(stateDir, `${migration}${SUFFIX}`);
  return {
    /** `what` tells which source it is. */
    note(migration: string, held: boolean, what = ''): void {
      if (held) writeFileSync(fileOf(migration), what, { mode: 0o600 });
      else rmSync(fileOf(migration), { force: true });
    },
    has: (migration: string): boolean => existsSync(fileOf(migration)),
    all(): { migration: string; what: string }[] {
      const files = readdirSync(stateDir).filter((it) => it.endsWith(SUFFIX));
      return files.map((it) => ({
        migration: it.slice(0, -SUFFIX.length),
        what: readFileSync(join(stateDir, it), 'utf8'),
      }));
    },
  };
}

export type Held = ReturnType<typeof heldIn>;

export const STILL_BLOCKED = `The source still refuses writes, so that nothing is written there by mistake. To let them in again: ${LET_IN}`;
