import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '../base/ids.ts';
import { allowWrites, WriteBlock } from './block.ts';
import { Checkpoint } from './checkpoint.ts';
import { type Asked, bringUp, cutOver } from './course.ts';
import { Deployment } from './deployment.ts';
import { explain, isPassing, MigrationFailed, MigrationStopped, OplogUnknown, Superseded } from './errors.ts';
import type { ChangeSource } from './feed.ts';
import { forgetMigration } from './forget.ts';
import { connectBoth, type Ground, movedOf, openLanes } from './ground.ts';
import { awaitOthers, endLeftovers } from './leftovers.ts';
import { Outrun, orOutrun } from './outrun.ts';
import { prepare } from './prepare.ts';
import { Meter, type Progress, REPORT_EVERY_MS } from './progress.ts';
import { reopen } from './reopen.ts';
import { measure, type Report } from './report.ts';
import { forgetPoint, markPoint, turnBack } from './turn.ts';
import { problemsBetween } from './validate.ts';
import type { MigrationOptions } from './wanted.ts';

export interface Migration {
  /** True when an earlier run has left a checkpoint, from which this one goes on. */
  isBegun(): Promise<boolean>;
  /**
   * Of a migration that is done and not forgotten yet it gives the same report again. Another process that runs it is
   * superseded by this one, and its `run` fails.
   */
  run(): Promise<Report>;
  progress(): Progress;
  /** Without `blockWrites` whoever asks has stopped the writes to the source. */
  cutover(how?: { blockWrites?: boolean }): void;
  /** Gives a cutover up as well: writes that were held back for it are let in again. */
  stop(): Promise<void>;
  /**
   * Removes the checkpoint: to be called once whoever must know has the report, since a migration without a checkpoint
   * begins anew.
   */
  forget(): Promise<void>;
}

/** Without any headway for so long, interruptions are no longer taken for passing. */
const GIVE_UP_MS = 180_000;

export function createMigration(options: MigrationOptions): Migration {
  return new Engine(options);
}

type Base = Pick<Ground, 'source' | 'destination' | 'checkpoint' | 'log'>;

class Engine implements Migration {
  private readonly options: MigrationOptions;
  private readonly meter: Meter;
  /** Whose the checkpoint is while this process is the one that goes on with it. */
  private readonly owner = newId();
  private owns = false;
  /** There is a checkpoint to go on from. */
  private begun = false;
  private stopping = new AbortController();
  private running: Promise<Report> | undefined;
  private readonly asked: Asked;
  private changes: ChangeSource;
  private readonly block: WriteBlock;
  /** The end was noted in the checkpoint, or may have been. */
  private concluded = false;
  private headway = Date.now();
  /** Closes the connections of the attempt that runs. */
  private abort: (() => Promise<void>) | undefined;

  constructor(options: MigrationOptions) {
    this.options = options;
    this.asked = { cutoverAt: undefined, blockWrites: options.blockWrites ?? false };
    this.changes = options.changes ?? 'change-stream';
    this.block = new WriteBlock({ ...options, owner: this.owner });
    this.meter = new Meter((p) => options.onProgress?.(p));
  }

  run(): Promise<Report> {
    this.running ??= this.persist();
    return this.running;
  }

  progress(): Progress {
    return { ...this.meter.now };
  }

  async isBegun(): Promise<boolean> {
    const destination = await Deployment.connect(this.options.destination);
    try {
      return (await new Checkpoint(destination.control, this.options.id).load()) !== undefined;
    } finally {
      await destination.close();
    }
  }

  cutover({ blockWrites = false } = {}): void {
    this.asked.blockWrites ||= blockWrites;
    this.asked.cutoverAt ??= Date.now();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.abort?.();
    // How it ended is for whoever called run().
    await this.running?.catch(() => {});
  }

  forget(): Promise<void> {
    return forgetMigration(this.options.destination, this.options.id);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async persist(): Promise<Report> {
    const { log } = this.options;
    this.headway = Date.now();
    for (let tries = 1; ; tries++) {
      try {
        return await this.attempt();
      } catch (error) {
        // Whatever is to be given up is the other's to give up.
        if (error instanceof Superseded) throw error;
        if (error instanceof OplogUnknown && this.changes === 'auto' && !this.stopped) {
          log.warn({ error: error.message }, 'following the change stream instead');
          this.changes = 'change-stream';
          continue;
        }
        const lost = !isPassing(error) || Date.now() - this.headway > GIVE_UP_MS;
        if (this.stopped || lost) await this.giveUp(error);
        if (this.stopped) throw new MigrationStopped();
        // No later run could go on from it, either.
        if (error instanceof Outrun) await this.forget();
        if (lost) throw explain(error);
        log.warn({ error: (error as Error).message, tries }, 'migration interrupted, trying again');
        await wait(Math.min(250 * 2 ** Math.min(tries, 5), 4_000), undefined, { signal: this.stopping.signal }).catch(
          () => {},
        );
        if (!this.stopped) continue;
        await this.giveUp(error);
        throw new MigrationStopped();
      }
    }
  }

  /** Both sides are equal and nobody knows it yet. Whoever is cut off in between comes here again. */
  private async conclude({ source, destination, state, checkpoint }: Ground, report: Report): Promise<void> {
    const { id, reversible, back } = this.options;
    if (reversible) await markPoint(destination, id, this.block.isOwn);
    if (state.unblock) await allowWrites(destination);
    if (back !== undefined) await forgetPoint(source, back);
    this.concluded = true;
    await checkpoint.save(Object.assign(state, { stage: 'done', report }));
  }

  /** Nobody's writes stay held back for a cutover that does not come, and what nobody was told is not done. */
  private async giveUp(error: unknown): Promise<void> {
    const released = await this.block.release();
    if (this.owns && !this.begun) {
      const { destination, id, log } = this.options;
      // A claim that stays is in nobody's way: the same command takes it over.
      const kept = (err: unknown) => log.warn({ err }, 'the claim of this migration could not be removed');
      await forgetMigration(destination, id, this.owner).catch(kept);
    }
    if (this.concluded) {
      await reopen({ ...this.options, owner: this.owner }).catch((err) => {
        if (err instanceof Superseded) throw err;
        throw new MigrationFailed(
          `Whether the cutover has come to its end is not known, since the destination cannot be reached (${err.message}). Run the same command again before anything more is written to the source: it tells.`,
        );
      });
    }
    if (!released && !this.concluded) return;
    this.asked.cutoverAt = undefined;
    this.options.log.warn({ error: (error as Error).message }, 'the cutover is given up');
  }

  private async attempt(): Promise<Report> {
    const { options } = this;
    const { id, owner } = { ...options, owner: this.owner };
    const [source, destination] = await connectBoth(options.source, options.destination, options, { work: id, owner });
    const close = async () => {
      await Promise.all([source.close(), destination.close()]);
    };
    this.abort = close;
    try {
      if (this.stopped) throw new MigrationStopped();
      const checkpoint = new Checkpoint(await destination.open(), id, owner);
      const begun = await checkpoint.load();
      const done = begun?.state.report as Report | undefined;
      // Whoever starts a migration need not have had it validated, and what is dropped may be all that there is.
      const problems = begun ? [] : await problemsBetween(source, destination, options);
      if (problems.length) throw new MigrationFailed(problems.join(' '));
      const report = done ?? (await this.migrate({ source, destination, checkpoint, log: options.log }));
      this.meter.phase('done');
      return report;
    } finally {
      this.abort = undefined;
      await close();
    }
  }

  /** Makes the checkpoint this process's own, and waits until nobody else writes for this migration. */
  private async take({ destination, checkpoint }: Base): Promise<void> {
    // Only once: whoever has lost it since does not take it back.
    if (this.owns) await checkpoint.own();
    else if (await checkpoint.claim()) await awaitOthers(destination);
    this.owns = true;
    await endLeftovers(destination);
  }

  private async begin(base: Base): ReturnType<typeof prepare> {
    const { back, drop } = this.options;
    try {
      return await (back === undefined ? prepare(base, drop) : turnBack(base, back));
    } catch (error) {
      // What is refused leaves nothing behind.
      if (error instanceof MigrationFailed && !(error instanceof Superseded)) await base.checkpoint.drop();
      throw error;
    }
  }

  private async migrate(base: Base): Promise<Report> {
    const { changes } = this;
    const { maxBytesPerSecond } = this.options;
    await this.take(base);
    const lanes = await openLanes(base, this.stopping.signal, maxBytesPerSecond);
    const loaded = (await base.checkpoint.load()) ?? (await this.begin(base));
    this.begun = true;
    const collections = new Map(loaded.collections.map((it) => [it.uuid, movedOf(it)]));
    const ground = { ...base, ...lanes, changes, state: loaded.state, collections };
    if (await this.block.recall(ground)) this.cutover({ blockWrites: true });
    // Figures age while a rate is waited for or an index is built, too.
    const telling = setInterval(() => this.tell(ground), REPORT_EVERY_MS);
    const isWayBack = this.options.back !== undefined;
    const course = {
      ...{ meter: this.meter, asked: this.asked, block: this.block },
      isWayBack,
      onward: this.onward(ground),
    };
    try {
      this.tell(ground);
      const tail = await bringUp(ground, course);
      const report = await cutOver(ground, tail, course);
      await this.conclude(ground, report);
      return report;
    } catch (error) {
      throw await orOutrun(error, ground, isWayBack);
    } finally {
      clearInterval(telling);
    }
  }

  /** What is called after each step that brings the migration on. */
  private onward({ state }: Ground): () => void {
    const [began, earlier] = [Date.now(), state.seconds];
    return () => {
      if (this.stopped) throw new MigrationStopped();
      this.headway = Date.now();
      state.seconds = earlier + (this.headway - began) / 1_000;
    };
  }

  private tell(ground: Ground): void {
    measure(this.meter, ground);
    this.meter.tick();
  }
}
