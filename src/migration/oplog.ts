import { Timestamp } from 'mongodb';
import { find } from './bson.ts';
import { ConnectionLost, OplogLost } from './errors.ts';
import { type Change, type ChangeBatch, type Feed, Portion } from './feed.ts';
import { changesOf, endsTransaction } from './oplog-changes.ts';
import { parseEntry } from './oplog-entry.ts';
import { oplogToken } from './resume.ts';
import { type Batch, batchOf, elementsOf, getMore, type Reply, type Wire } from './wire.ts';

/** A rolled back change must never reach the destination. */
const committed = { readConcern: { level: 'majority' } };

/**
 * The changes of the whole deployment, read from its oplog as a secondary would. Nothing of a transaction that is not
 * committed is kept: its last entry leads to those before it, which are read again then. So any entry is a point to go
 * on from, and a transaction may be of any size.
 */
export class OplogFeed implements Feed {
  private readonly wire: Wire;
  private cursor = 0n;
  private opened: Reply | undefined;
  private pieces: AsyncGenerator<ChangeBatch> | undefined;
  /** Time of the last entry that was handed out whole. */
  private after: bigint;
  /** The entry of `after` was seen by this cursor, so that nothing can have been cut off in between. */
  private attached = false;
  private readonly portion = new Portion();
  sourceTime = new Timestamp(0n);

  constructor(wire: Wire, after: Timestamp) {
    this.wire = wire;
    this.after = after.toBigInt();
  }

  get token(): Buffer {
    return oplogToken(this.after);
  }

  get position(): Timestamp {
    return new Timestamp(this.after);
  }

  async open(): Promise<void> {
    const command = { find: 'oplog.rs', filter: { ts: { $gte: this.position } }, tailable: true, awaitData: true };
    this.opened = await this.wire.send('local', [
      elementsOf({ ...command, batchSize: this.portion.size, ...committed }),
    ]);
  }

  async next(maxTimeMS: number): Promise<ChangeBatch> {
    for (;;) {
      this.pieces ??= this.read(await this.answer(maxTimeMS));
      const { done, value } = await this.pieces.next();
      if (!done) return value;
      this.pieces = undefined;
    }
  }

  private async answer(maxTimeMS: number): Promise<Reply> {
    const first = this.opened;
    this.opened = undefined;
    if (first) return first;
    return this.wire.send('local', getMore(this.cursor, 'oplog.rs', this.portion.size, maxTimeMS));
  }

  private take(reply: Reply): Batch {
    const batch = batchOf(reply);
    this.cursor = batch.id;
    if (batch.id === 0n) throw new ConnectionLost('the source closed the cursor over its oplog');
    const time = find(reply.bytes, reply.at, 'operationTime');
    if (time) this.sourceTime = new Timestamp(reply.bytes.readBigUInt64LE(time.value));
    return batch;
  }

  /** What one answer holds, in pieces where it leads to transactions of several entries. */
  private async *read(reply: Reply): AsyncGenerator<ChangeBatch> {
    const batch = this.take(reply);
    const hold = holders(reply);
    const bytes = reply.bytes.length;
    const mine = hold();
    let events: Change[] = [];
    let entries = 0;
    for (const start of documents(reply.bytes, batch.start)) {
      const entry = parseEntry(reply.bytes, start);
      entries++;
      if (!this.attached) {
        this.attached = true;
        if (entry.ts !== this.after) throw new OplogLost();
        continue;
      }
      if (endsTransaction(entry) && entry.previous) {
        yield { events, bytes: 0, release: hold() };
        events = [];
        yield* this.earlierParts(entry.previous);
      }
      changesOf(entry, this.after, events);
      this.after = entry.ts;
    }
    this.portion.saw(entries, batch.end - batch.start);
    yield { events, bytes, release: hold() };
    mine();
  }

  /** The parts of a transaction up to the entry of this time, the first one first. */
  private async *earlierParts(last: bigint): AsyncGenerator<ChangeBatch> {
    const times: bigint[] = [];
    for (let ts = last; ts; ) {
      times.push(ts);
      const reply = await this.entryAt(ts, { ts: 1, prevOpTime: 1 });
      ts = parseEntry(reply.bytes, firstOf(reply)).previous;
      reply.release();
    }
    for (const ts of times.reverse()) {
      const reply = await this.entryAt(ts);
      const events: Change[] = [];
      changesOf({ ...parseEntry(reply.bytes, firstOf(reply)), part: true }, this.after, events);
      yield { events, bytes: reply.bytes.length, release: () => reply.release() };
    }
  }

  private async entryAt(ts: bigint, projection?: object): Promise<Reply> {
    const command = { find: 'oplog.rs', filter: { ts: new Timestamp(ts) }, limit: 1, singleBatch: true, ...committed };
    const reply = await this.wire.send('local', [elementsOf({ ...command, ...(projection ? { projection } : {}) })]);
    if (batchOf(reply).empty) throw new OplogLost();
    return reply;
  }
}

/** Where each document of the array at `at` begins. */
function* documents(b: Buffer, at: number): Generator<number> {
  const end = at + b.readInt32LE(at) - 1;
  for (let o = at + 4; o < end; ) {
    const start = b.indexOf(0, o + 1) + 1;
    o = start + b.readInt32LE(start);
    yield start;
  }
}

const firstOf = (reply: Reply): number => documents(reply.bytes, batchOf(reply).start).next().value as number;

/** Gives a reply back when all who hold it have let go. */
function holders(reply: Reply): () => () => void {
  let held = 0;
  return () => {
    held++;
    return () => {
      if (--held === 0) reply.release();
    };
  };
}
