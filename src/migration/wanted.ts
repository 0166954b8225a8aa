import type { Logger } from 'pino';
import type { BlockOptions } from './block.ts';
import type { ChangeSource } from './feed.ts';
import type { Drop } from './prepare.ts';
import type { Progress } from './progress.ts';
import type { Selection } from './scope.ts';

/** What is asked of a migration. */
export interface MigrationOptions extends Selection, BlockOptions {
  /** Names the checkpoint, kept in database `telamon_migration` on the destination until it is forgotten. */
  id: string;
  source: string;
  destination: string;
  /** What of the destination goes first; only on a fresh start, never on a resume. */
  drop: Drop;
  /** The initial copy reads the source no faster than this; absent, as fast as it goes. */
  maxBytesPerSecond?: number;
  /** Hold the source's writes back from the cutover on, whoever asks for it. */
  blockWrites?: boolean;
  /** Note where it ends, so that a later one may lead back from there without a copy. */
  reversible?: boolean;
  /** Lead back to where the migration with this id came from; source and destination are exchanged. */
  back?: string;
  /** Where the changes are read; absent, from the change stream. */
  changes?: ChangeSource;
  log: Logger;
  onProgress?(p: Progress): void;
}
