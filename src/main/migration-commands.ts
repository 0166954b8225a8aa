import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createLog } from '../base/log.ts';
import type { Report } from '../migration/index.ts';
import type { CutoverFlags, MigrateFlags } from './migrate.ts';
import type { VerifyFlags } from './verify.ts';

/** What the command line has for all its commands. */
export interface Shell {
  out(text: string): void;
  say(text: string): void;
  maxRate(text: string): number;
  portNumber(text: string): number;
  collect(value: string, before: string[]): string[];
  untilAsked(): Promise<void>;
  withData(command: Command): Command;
  defaultData(): string;
}

const migrateDir = join(homedir(), '.telamon-migrate');

type MoveFlags = MigrateFlags & { json?: boolean };

/** The oplog is much cheaper for the source; the change stream for the destination, so that a backlog drains faster. */
export const changesOption = (side = 'source'): Option =>
  new Option('--changes <where>', `where changes of the ${side} are read; auto is the oplog where allowed`)
    .choices(['auto', 'oplog', 'change-stream'])
    .default('change-stream');

function sampleSize(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > 10_000) throw new InvalidArgumentError('A number from 1 to 10000.');
  return size;
}

const sentence = ({ documents, collections, changes, seconds, cutoverSeconds }: Report): string =>
  `Done: ${documents} documents in ${collections} collections and ${changes} changes in ${seconds.toFixed(1)} s; the cutover took ${cutoverSeconds.toFixed(2)} s.`;

/** The engine on its own: `telamon migrate`, `cutover` and `verify`. Only they load it. */
export function addMigrationCommands(program: Command, shell: Shell): void {
  const { out, say, maxRate, portNumber, collect, untilAsked, withData, defaultData } = shell;
  const moveOptions = (command: Command, destination: string): Command =>
    command
      .requiredOption('--source <uri>', 'the replica set to read', process.env.TELAMON_SOURCE)
      .requiredOption('--destination <uri>', destination, process.env.TELAMON_DESTINATION)
      .option('--include <namespace>', 'only this database, or database.collection; repeatable', collect, [])
      .option('--exclude <namespace>', 'not this database, or database.collection; repeatable', collect, []);

  async function move(flags: MoveFlags, isReverse: boolean): Promise<void> {
    const stop = new AbortController();
    untilAsked().then(() => stop.abort());
    const log = createLog(process.env.TELAMON_LOG_LEVEL ?? 'warn');
    const { migrateCommand, reverseCommand } = await import('./migrate.ts');
    const data = flags.data ?? defaultData();
    const command = isReverse ? reverseCommand : migrateCommand;
    const ended = (report: Report) => out(flags.json ? JSON.stringify(report) : sentence(report));
    if (!(await command({ ...flags, data }, { log, say, ended, signal: stop.signal }))) process.exitCode = 130;
  }

  /** What both ways take; `side` is whose writes end with the cutover. */
  const wayOptions = (command: Command, side: string, other: string): Command =>
    command
      .option(
        '--block-writes',
        `at the cutover, hold the writes of the ${side} back instead of relying on the application`,
      )
      .addOption(changesOption(side))
      .option('--cutover-when-ready', `cut over as soon as the ${other} has caught up`)
      .option(
        '--metrics-port <number>',
        'let a Prometheus read the figures at /metrics; 0 takes a free port',
        portNumber,
      )
      .option('--metrics-host <address>', 'address to answer it on', '127.0.0.1')
      .option('--state-dir <dir>', 'where `telamon cutover` finds this migration', migrateDir)
      .option('--json', 'print the report as one line of JSON');

  const migrate = moveOptions(
    program.command('migrate'),
    'the replica set to write, or organization/project/cluster of the Telamon that runs here',
  )
    .description('move one replica set into another without a control plane; the same command goes on after any end')
    .option('--drop', 'drop what stands in the way on the destination')
    .option('--max-rate <rate>', 'most bytes per second that the initial copy reads of the source, like 20MB', maxRate)
    .option('--reversible', 'note where it ends, so that `telamon reverse` can lead back from there');
  withData(wayOptions(migrate, 'source', 'destination')).action((flags: MoveFlags) => move(flags, false));

  const reverse = moveOptions(program.command('reverse'), 'the replica set that it went to')
    .description(
      'go back from where a migration with --reversible went: what was written there since is followed, and nothing is copied',
    )
    .option(
      '--reversible',
      'note where it ends, so that another reverse, with both sides exchanged, can lead forward again',
    );
  wayOptions(reverse, 'destination', 'source').action((flags: MoveFlags) => move(flags, true));

  program
    .command('cutover <migration>')
    .description('tell a running `telamon migrate` that the writes to the source have stopped')
    .option('--block-writes', 'hold the writes of the source back from now on, instead of relying on the application')
    .option('--state-dir <dir>', 'as given to `telamon migrate`', migrateDir)
    .action(async (id: string, flags: CutoverFlags) => {
      const { cutoverCommand } = await import('./migrate.ts');
      await cutoverCommand(id, flags);
    });

  moveOptions(program.command('verify'), 'the replica set to compare it with')
    .description(
      'compare two replica sets that rest; ends with 0 when they are equal, 1 when not, 2 when that is not known',
    )
    .option(
      '--sample <count>',
      'compare so many documents of each collection, chosen at random, instead of all',
      sampleSize,
    )
    .option('--json', 'print the comparison as one line of JSON')
    .action(async (flags: VerifyFlags) => {
      const { verifyCommand } = await import('./verify.ts');
      try {
        process.exitCode = (await verifyCommand(flags, out)) ? 0 : 1;
      } catch (error) {
        // Not known is another answer than not equal.
        say(`telamon: ${(error as Error).message}`);
        process.exitCode = 2;
      }
    });
}
