import type { Logger } from 'pino';
import type { MigrationState } from './checkpoint.ts';
import { Deployment } from './deployment.ts';
import { Code, hasCode, MigrationFailed, Superseded } from './errors.ts';
import type { Ground } from './ground.ts';
import { reopen } from './reopen.ts';

/** Of `serverStatus().repl.userWriteBlockMode`: 0 is unknown, 1 disabled. */
const BLOCK_ENABLED = 2;

/** What an operator types to let writes in again. */
export const LET_IN = 'db.adminCommand({ setUserWriteBlockMode: 1, global: false })';

const lacking = (why: string): string =>
  `The writes of the source cannot be held back: ${why}. Grant its user the role backup, or stop the application's writes and cut over without this.`;

/** Why the source's writes cannot be held back; undefined when they can. */
export async function blockProblem(uri: string): Promise<string | undefined> {
  const source = await Deployment.connect(uri);
  try {
    return await blockProblemOf(source);
  } finally {
    await source.close();
  }
}

export async function blockProblemOf(source: Deployment): Promise<string | undefined> {
  const { authInfo } = await source.command('admin', { connectionStatus: 1, showPrivileges: true });
  // Without access control nobody is authenticated and everybody may do everything.
  if (!authInfo.authenticatedUsers.length) return undefined;
  const privileges = authInfo.authenticatedUserPrivileges as { actions: string[] }[];
  const may = privileges.some((it) => it.actions.includes('setUserWriteBlockMode') || it.actions.includes('anyAction'));
  return may ? undefined : lacking('its user lacks setUserWriteBlockMode');
}

export interface BlockOptions {
  id: string;
  source: string;
  destination: string;
  log: Logger;
  /** Told before the source's writes are held back, and after they have been let in again. */
  onBlock?(held: boolean): void;
}

/** The source's writes, held back for a cutover. What is to be done is noted in the checkpoint before it is done. */
export class WriteBlock {
  private readonly options: BlockOptions & { owner: string };
  private noted: MigrationState['block'];
  /** Somebody else held them back before, who decides when they are let in again. */
  private others = false;

  constructor(options: BlockOptions & { owner: string }) {
    this.options = options;
  }

  get isHeld(): boolean {
    return this.isOwn || this.others;
  }

  /** Held back by this migration. */
  get isOwn(): boolean {
    return this.noted === 'held';
  }

  /** Goes on with what an earlier run had begun when it ended; true when it was a cutover. */
  async recall({ state }: Pick<Ground, 'state'>): Promise<boolean> {
    this.noted = state.block;
    if (state.block === 'releasing') {
      await this.release();
      state.block = undefined;
    }
    return this.isOwn;
  }

  /**
   * From when this has come back until `release` no user of the source writes, whatever happens to its members, but
   * those who may bypass it (the roles `restore` and `root`). Repeating it changes nothing.
   */
  async hold({ source, state, checkpoint }: Pick<Ground, 'source' | 'state' | 'checkpoint'>): Promise<void> {
    const note = async (block: MigrationState['block']) => {
      state.block = block;
      await checkpoint.save(state);
      this.noted = block;
    };
    if (!this.isOwn && (await isBlocked(source))) {
      this.others = true;
      this.options.log.info('the writes of the source are held back already, by somebody else');
      return;
    }
    this.options.onBlock?.(true);
    await note('held');
    try {
      await source.command('admin', { setUserWriteBlockMode: 1, global: true });
    } catch (error) {
      if (!hasCode(error, Code.unauthorized, Code.commandNotFound)) throw error;
      await note(undefined);
      this.options.onBlock?.(false);
      throw new MigrationFailed(lacking(error.message));
    }
    this.options.log.info('the writes of the source are held back');
  }

  /**
   * Over connections of its own, since those of the migration may be what has failed. False when none were held. Where
   * the destination is gone, or its user is, nothing is noted: whoever went on there would hold them back again.
   */
  async release(): Promise<boolean> {
    if (!this.noted) return false;
    const { source, log, onBlock } = this.options;
    const note = (block: MigrationState['block']) =>
      reopen(this.options, { block }).catch((err) => {
        if (err instanceof Superseded) throw err;
        log.warn({ err }, 'the destination cannot note the block');
      });
    try {
      await note('releasing');
      await releaseWrites(source);
      await note(undefined);
    } catch (error) {
      // They are the other's, who may need them held back.
      if (error instanceof Superseded) throw error;
      throw new MigrationFailed(
        `The writes of the source may still be held back, since it cannot be reached (${(error as Error).message}). Run the same command again, or let them in on the source with ${LET_IN}.`,
      );
    }
    this.noted = undefined;
    onBlock?.(false);
    log.info('the writes of the source are let in again');
    return true;
  }
}

export async function allowWrites(deployment: Deployment): Promise<void> {
  await deployment.command('admin', { setUserWriteBlockMode: 1, global: false });
}

/** Where the source's user may not ask, it is taken for what nobody has blocked. */
async function isBlocked(source: Deployment): Promise<boolean> {
  try {
    const { repl } = await source.command('admin', { serverStatus: 1, repl: 1 });
    return repl?.userWriteBlockMode === BLOCK_ENABLED;
  } catch (error) {
    if (!hasCode(error, Code.unauthorized)) throw error;
    return false;
  }
}

/** Lets everybody write again. */
export async function releaseWrites(uri: string): Promise<void> {
  const deployment = await Deployment.connect(uri);
  try {
    await allowWrites(deployment);
  } finally {
    await deployment.close();
  }
}
