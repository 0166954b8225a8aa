import { setFlagsFromString } from 'node:v8';
import { Timestamp } from 'mongodb';
import { Applier } from './apply.ts';
import { type Chosen, openFeed } from './choose-feed.ts';
import type { Change, Feed } from './feed.ts';
import type { Ground } from './ground.ts';
import { dropIndexOn } from './indexes.ts';
import { timeOf } from './resume.ts';
import { isData, isSchema, Schema } from './schema.ts';
import { Window } from './window.ts';
import { Writes } from './writes.ts';

const WINDOW_CHANGES = 8_000;
const WINDOW_BYTES = 8 << 20;
const SAVE_EVERY_MS = 1_000;
/** How long the source holds an answer back when nothing happens; also how soon a cutover is noticed. */
const WAIT_MS = 200;

/** Follows the changes of the source and applies them, one window after the other, reading ahead meanwhile. */
export class Tail {
  private readonly ground: Ground;
  private readonly applier: Applier;
  private readonly schema: Schema;
  private readonly feed: Feed;
  /** Where the changes are read. */
  readonly from: Chosen['from'];
  private readonly diffs: boolean;
  private window: Window;
  private applying: Promise<void> | undefined;
  private failure: unknown;
  private savedAt = 0;
  private savedToken: Buffer | undefined;
  private sourceSeconds = 0;
  private sourceSeenAt = 0;
  private idle = false;
  /** Everything up to here is on the destination. */
  private applied = new Timestamp({ t: 0, i: 0 });

  private constructor(ground: Ground, { feed, from, diffs }: Chosen) {
    this.ground = ground;
    this.feed = feed;
    this.from = from;
    this.diffs = diffs;
    this.window = new Window(diffs);
    this.schema = new Schema(ground);
    const writes = new Writes(
      ground.readerPool,
      ground.writerPool,
      (target, key) => dropIndexOn(ground.destination, target, key),
      () => feed.position,
      ground.source.pool,
    );
    this.applier = new Applier(writes);
  }

  static async open(ground: Ground): Promise<Tail> {
    // What the copy held is of no use any more.
    ground.source.pool.drain();
    // Each change is a few small objects that soon die. V8 would give them ever more room, up to 32 MB, and saves no time by it.
    setFlagsFromString('--semi-space-growth-factor=1');
    const tail = new Tail(ground, await openFeed(ground));
    const { token, at } = ground.state;
    tail.applied = token ? timeOf(token) : at;
    return tail;
  }

  get lagSeconds(): number {
    if (this.idle) return 0;
    const now = this.sourceSeconds + (Date.now() - this.sourceSeenAt) / 1_000;
    return Math.max(0, Math.round(now - (this.applied.getHighBits() >>> 0)));
  }

  /** Follows until `done` says so, which is asked after each answer of the source, and everything read is applied. */
  async follow(done: () => boolean, onProgress: () => void): Promise<void> {
    while (!done()) {
      await this.step();
      onProgress();
    }
    await this.drain();
  }

  /** Follows until everything that the source did up to this moment is on the destination. */
  async catchUp(onProgress: () => void): Promise<void> {
    const until = await this.ground.source.operationTime();
    // A transaction has many events of one time, so reaching the time is not enough: nothing more may come.
    for (let empty = false; ; onProgress()) {
      const { position } = this.feed;
      if (position.greaterThan(until) || (empty && position.equals(until))) break;
      empty = await this.step();
    }
    await this.drain();
    await this.save(true);
  }

  /** Takes one answer of the source; true when it was empty. */
  private async step(): Promise<boolean> {
    const { feed } = this;
    let reached = feed.token;
    const batch = await feed.next(this.window.changes || this.applying ? 1 : WAIT_MS);
    this.sourceSeconds = feed.sourceTime.getHighBits() >>> 0;
    this.sourceSeenAt = Date.now();
    let last: Change | undefined;
    for (const change of batch.events) {
      if (isData(change)) this.window.add(change);
      else if (isSchema(change)) {
        // The order between documents and schema matters, so all before it goes first.
        reached = last?.token() ?? reached;
        await this.drain(reached);
        await this.save(true);
        this.ground.log.info({ kind: change.kind, namespace: `${change.db}.${change.name}` }, 'schema change');
        await this.schema.apply(change);
        this.ground.state.changes++;
        this.ground.state.token = change.token();
        await this.save(true);
      }
      last = change;
    }
    this.window.keep(batch);
    this.idle = batch.events.length === 0 && !this.applying && !this.window.changes;
    await this.flush();
    return batch.events.length === 0;
  }

  private async flush(): Promise<void> {
    this.check();
    const { window } = this;
    if (this.applying) {
      if (window.changes < WINDOW_CHANGES && window.bytes < WINDOW_BYTES) return;
      await this.applying;
      this.check();
    }
    this.start(this.feed.token);
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Applies all that was taken; `token` stands behind it. */
  private async drain(token = this.feed.token): Promise<void> {
    await this.applying;
    this.check();
    this.start(token);
    await this.applying;
    this.check();
  }

  private start(token: Buffer | undefined): void {
    const { window } = this;
    this.window = new Window(this.diffs);
    this.applying = this.apply(window, token)
      .catch((error) => {
        this.failure ??= error;
      })
      .finally(() => {
        this.applying = undefined;
      });
  }

  private async apply(window: Window, token: Buffer | undefined): Promise<void> {
    const { state, collections } = this.ground;
    if (window.changes) {
      await this.applier.apply(window, (uuid) => collections.get(uuid));
      state.changes += window.changes;
    }
    window.release();
    if (!token) return;
    state.token = token;
    this.applied = timeOf(token);
    await this.save(false);
  }

  private async save(now: boolean): Promise<void> {
    const { state, checkpoint } = this.ground;
    if (!state.token || this.savedToken?.equals(state.token)) return;
    if (!now && Date.now() - this.savedAt < SAVE_EVERY_MS) return;
    const { token } = state;
    await checkpoint.save(state);
    this.savedToken = token;
    this.savedAt = Date.now();
  }
}
