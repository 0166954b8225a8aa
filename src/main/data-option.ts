import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';

export const defaultData = (): string => process.env.TELAMON_DATA ?? join(homedir(), '.telamon');

/** A command that acts on the Telamon of a data directory. */
export const withData = (command: Command): Command =>
  command.option('--data <dir>', 'data directory (default: $TELAMON_DATA or ~/.telamon)');
