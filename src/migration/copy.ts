import type { Timestamp } from 'mongodb';
import { doc, find, numberAt, raw, str, T } from './bson.ts';
import { Code, CommandFailed, hasCode } from './errors.ts';
import { CollectionGone, type SourceCollection } from './source-collection.ts';
import type { Throttle } from './throttle.ts';
import { batchOf, elementsOf, getMore, type Reply, type Wire, writeMajority } from './wire.ts';

/** Bounds what is read but not yet written; each slot is at most one 16 MB reply. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];
  constructor(free: number) {
    this.free = free;
  }

  async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}

/** Lends connections out, one holder each. */
export class WirePool {
  private readonly idle: Wire[];
  private readonly waiting: ((wire: Wire) => void)[] = [];
  private readonly before: () => Promise<void> | undefined;

  /** `before` is asked each time that a connection was lent; its failure is that of the work. */
  constructor(wires: Wire[], before: () => Promise<void> | undefined = () => undefined) {
    this.idle = [...wires];
    this.before = before;
  }

  async use<R>(work: (wire: Wire) => Promise<R>): Promise<R> {
    const wire = this.idle.pop() ?? (await new Promise<Wire>((resolve) => this.waiting.push(resolve)));
    try {
      await this.before();
      return await work(wire);
    } finally {
      const next = this.waiting.shift();
      if (next) next(wire);
      else this.idle.push(wire);
    }
  }
}

export interface CopyTask {
  source: SourceCollection;
  /** Name on the destination. */
  db: string;
  name: string;
  capped: boolean;
  /** Raw token to go on behind, when an earlier run got that far; only one that is of this origin, see `originOf`. */
  token: Buffer | undefined;
  /** Documents may be there already, from before an interruption. */
  again: boolean;
  /** What a document takes on average, in bytes, as far as the source knows. */
  averageBytes: number;
  /** The copy must not show less than what had happened by then. */
  notBefore: Timestamp;
  /** The copy begins at the first document, so what was counted before counts no more. */
  onBegin(): void;
  /** All documents up to `token` are safe on the destination. */
  onSafe(token: Buffer | undefined, documents: number, bytes: number): void;
}

export interface CopyLimits {
  slots: Slots;
  writers: WirePool;
  throttle: Throttle;
  stopped(): boolean;
}

interface Pending {
  token: Buffer | undefined;
  documents: number;
  bytes: number;
  written: boolean;
}

/** Large enough that nothing is gained by more, small enough that a few of them fit into little memory. */
const BATCH_BYTES = 4 << 20;
/** What one reply may hold; also what is asked for when the source does not know how large its documents are. */
const [PER_BATCH, PER_BATCH_UNKNOWN] = [100_000, 2_000];
/** After a resume every document of a batch may be there already, and each such answer takes room in the reply. */
const PER_BATCH_AGAIN = 10_000;
const interrupted = [Code.cursorNotFound, Code.queryPlanKilled, Code.cursorKilled];

/**
 * Whose tokens those of this connection are. They speak of record ids, which every member gives on its own, and which a
 * member that was killed gives anew to what it replays from its oplog: behind a token of another origin documents would
 * be passed over that were never read. So the process counts, and how often it was elected, since a member that rolled
 * back replays too. Undefined when the server does not tell; then nothing may be resumed.
 */
export async function originOf(reader: Wire): Promise<string | undefined> {
  const { topologyVersion, electionId } = await reader.command('admin', { hello: 1 });
  return topologyVersion && `${topologyVersion.processId}:${electionId}`;
}

/**
 * Copies one collection in natural order. The array of documents in a reply is, byte for byte, what `insert` takes as
 * `documents`, so batches pass through without being looked into.
 */
export async function copyCollection(reader: Wire, task: CopyTask, limits: CopyLimits): Promise<void> {
  let again = task.again;
  let read = task.token;
  for (;;) {
    if (!read) task.onBegin();
    try {
      await scan(reader, task, limits, again, read, (token) => {
        read = token;
      });
      return;
    } catch (error) {
      if (error instanceof CollectionGone) return;
      // The document behind which to go on is gone; what is there already is skipped by its _id.
      if (hasCode(error, Code.keyNotFound)) read = undefined;
      else if (!hasCode(error, ...interrupted)) throw error;
      again = true;
    }
  }
}

async function scan(
  reader: Wire,
  task: CopyTask,
  limits: CopyLimits,
  again: boolean,
  from: Buffer | undefined,
  onRead: (token: Buffer | undefined) => void,
): Promise<void> {
  const fitting = task.averageBytes > 0 ? Math.ceil(BATCH_BYTES / task.averageBytes) : PER_BATCH_UNKNOWN;
  const most = Math.min(fitting, again ? PER_BATCH_AGAIN : PER_BATCH);
  const { throttle } = limits;
  const batchSize = () => throttle.batchSize(task.averageBytes, most);
  const command = elementsOf({
    hint: { $natural: 1 },
    batchSize: batchSize(),
    noCursorTimeout: true,
    $_requestResumeToken: true,
    readConcern: { level: 'majority', afterClusterTime: task.notBefore },
  });
  const pending: Pending[] = [];
  const writing = new Set<Promise<void>>();
  let failure: unknown;
  const settle = () => {
    while (pending[0]?.written) {
      const { token, documents, bytes } = pending.shift()!;
      task.onSafe(token, documents, bytes);
    }
  };
  const write = (reply: Reply, start: number, end: number, entry: Pending) => {
    const done = limits.writers
      .use((wire) => insertArray(wire, task, reply.bytes.subarray(start, end)))
      .then((documents) => {
        entry.documents = documents;
        entry.written = true;
        if (failure === undefined) settle();
      })
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => {
        reply.release();
        limits.slots.give();
        writing.delete(done);
      });
    writing.add(done);
    return done;
  };
  try {
    await limits.slots.take();
    let holding = true;
    try {
      await throttle.turn();
      let reply = await task.source.find(reader, [command, ...(from ? doc('$_resumeAfter', from) : [])]);
      for (;;) {
        const batch = batchOf(reply);
        throttle.spend(batch.end - batch.start);
        if (batch.empty) reply.release();
        else {
          const entry = { token: batch.token, documents: 0, bytes: batch.end - batch.start, written: false };
          pending.push(entry);
          onRead(batch.token);
          holding = false;
          const done = write(reply, batch.start, batch.end, entry);
          // The order of a capped collection is its content too.
          if (task.capped) await done;
        }
        if (failure !== undefined || limits.stopped() || batch.id === 0n) break;
        if (!holding) await limits.slots.take();
        holding = true;
        await throttle.turn();
        if (limits.stopped()) break;
        reply = await reader.send(task.source.db, getMore(batch.id, task.source.name, batchSize()));
      }
    } finally {
      if (holding) limits.slots.give();
    }
  } finally {
    await Promise.all(writing);
  }
  if (failure !== undefined) throw failure;
}

/** How many documents of the batch are on the destination now. */
async function insertArray(wire: Wire, task: CopyTask, documents: Buffer): Promise<number> {
  const reply = await wire.send(task.db, [
    Buffer.concat(str('insert', task.name)),
    Buffer.concat([elementsOf({ ordered: false, bypassDocumentValidation: true }), writeMajority()]),
    ...raw(T.array, 'documents', documents),
  ]);
  try {
    const n = find(reply.bytes, reply.at, 'n');
    const inserted = (n && numberAt(reply.bytes, n)) || 0;
    if (!find(reply.bytes, reply.at, 'writeErrors')) return inserted;
    const errors = reply.toObject().writeErrors as { code: number }[];
    // Already there from before an interruption; whatever changed since comes with the changes.
    const other = errors.find((it) => it.code !== Code.duplicateKey);
    if (other) throw new CommandFailed(`insert into ${task.db}.${task.name}`, { ...other });
    return inserted + errors.length;
  } finally {
    reply.release();
  }
}
