import type { Socket } from 'node:net';
import { BSON, type Document, type HostAddress, type MongoClient } from 'mongodb';
import { documentAt, elements, numberAt, str, T } from './bson.ts';
import type { BufferPool } from './buffers.ts';
import { CommandFailed, ConnectionLost } from './errors.ts';
import { Outbox } from './outbox.ts';
import { openSocket, type Sink } from './socket.ts';

/*
 * The driver authenticates; from then on this module talks OP_MSG itself, because the driver can neither hand out a
 * batch as bytes nor send bytes as documents: through it every document would be decoded and encoded again, which is
 * fifty times the work and changes number types.
 */

/** A reply. `at` is where its body begins; `release` gives the buffer back, after which no slice of it may be used. */
export class Reply {
  readonly at = 21;
  readonly bytes: Buffer;
  readonly length: number;
  private pool: BufferPool | undefined;
  constructor(bytes: Buffer, length: number, pool: BufferPool) {
    this.bytes = bytes;
    this.length = length;
    this.pool = pool;
  }

  release(): void {
    this.pool?.give(this.bytes);
    this.pool = undefined;
  }

  toObject(options: BSON.DeserializeOptions = {}): Document {
    return BSON.deserialize(this.bytes.subarray(this.at, this.length), options);
  }
}

const HEADER = 16;
const OP_MSG = 2013;
const ZERO = Buffer.from([0]);
let requestId = 1;

/** Reads one message or many small ones at once; what a long one needs beyond this is read into its own buffer. */
const SCRATCH = 1 << 16;

/** One authenticated connection. Requests may be sent ahead; the server answers in order. */
export class Wire implements Sink {
  private socket!: Socket;
  private outbox!: Outbox;
  private readonly pool: BufferPool;
  private readonly by: string;
  private readonly waiting: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  private readonly scratch = Buffer.allocUnsafeSlow(SCRATCH);
  /** Bytes in the scratch buffer that do not yet make a header. */
  private pending = 0;
  /** The message whose end has not arrived yet. */
  private message: Buffer | undefined;
  private length = 0;
  private read = 0;
  private lost: Error | undefined;

  private constructor(pool: BufferPool, by: string) {
    this.pool = pool;
    this.by = by;
  }

  /** One more connection to `host`, with the credentials and TLS of a connected client. */
  static async open(client: MongoClient, host: HostAddress, pool: BufferPool): Promise<Wire> {
    const user = client.options.credentials?.username;
    const wire = new Wire(pool, user ? `the user ${user} of ${host}` : `a client of ${host}`);
    wire.socket = await openSocket(client, host, wire);
    wire.outbox = new Outbox(wire.socket, client.options.tls === true);
    wire.socket.on('error', (error) => wire.fail(error));
    wire.socket.on('close', () => wire.fail(new Error('closed by the server')));
    // Closed while the driver was still told of it.
    if (wire.socket.destroyed) wire.fail(new Error('closed by the server'));
    return wire;
  }

  close(cause = new Error('closed')): void {
    this.fail(cause);
  }

  private fail(cause: Error): void {
    this.lost ??= new ConnectionLost(`connection lost: ${cause.message}`, { cause });
    this.socket.destroy();
    for (const it of this.waiting.splice(0)) it.reject(this.lost);
  }

  room(): Buffer {
    return this.message?.subarray(this.read, this.length) ?? this.scratch.subarray(this.pending);
  }

  filled(bytes: number): void {
    if (this.message) {
      this.read += bytes;
      if (this.read === this.length) this.deliver(this.message);
      return;
    }
    const end = this.pending + bytes;
    let at = 0;
    while (end - at >= HEADER) {
      this.length = this.scratch.readInt32LE(at);
      const message = this.pool.take(this.length);
      this.read = this.scratch.copy(message, 0, at, Math.min(end, at + this.length));
      at += this.read;
      if (this.read < this.length) this.message = message;
      else this.deliver(message);
    }
    this.pending = this.scratch.copy(this.scratch, 0, at, end);
  }

  private deliver(message: Buffer): void {
    this.message = undefined;
    this.waiting.shift()?.resolve(new Reply(message, this.length, this.pool));
  }

  /** Sends a command given as the pieces of its elements, without `$db`. The pieces are not copied. */
  async send(db: string, parts: readonly Buffer[]): Promise<Reply> {
    if (this.lost) throw this.lost;
    const all = [...parts, ...str('$db', db), ZERO];
    let size = 4;
    for (const part of all) size += part.length;
    const head = Buffer.allocUnsafe(25);
    head.writeInt32LE(21 + size, 0);
    head.writeInt32LE(requestId++ & 0x7fffffff, 4);
    head.writeInt32LE(0, 8);
    head.writeInt32LE(OP_MSG, 12);
    head.writeInt32LE(0, 16);
    head[20] = 0;
    head.writeInt32LE(size, 21);
    const answered = new Promise<Reply>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.outbox.send([head, ...all], 21 + size);
    const reply = await answered;
    const failure = failureOf(reply);
    if (!failure) return reply;
    reply.release();
    const name = parts[0]!;
    throw new CommandFailed(name.toString('utf8', 1, Math.max(1, name.indexOf(0, 1))), failure, { db, by: this.by });
  }

  /** Sends a command given as an object and answers with an object, numbers as JavaScript numbers. */
  async command(db: string, command: Document): Promise<Document> {
    const reply = await this.send(db, [elementsOf(command)]);
    const answer = reply.toObject();
    reply.release();
    return answer;
  }
}

export const elementsOf = (document: Document): Buffer => Buffer.from(BSON.serialize(document)).subarray(4, -1);

/** The error in a reply: the command refused, or its write concern not met. Write errors are left to the caller. */
function failureOf(reply: Reply): Document | undefined {
  let ok = false;
  for (const it of elements(reply.bytes, reply.at)) {
    if (it.name === 'ok') ok = numberAt(reply.bytes, it) === 1;
    if (it.name === 'writeConcernError') {
      return BSON.deserialize(documentAt(reply.bytes, reply.at, 'writeConcernError')!);
    }
  }
  return ok ? undefined : reply.toObject();
}

/** The reply of a command with a cursor: where its batch is, and what a further request needs. */
export interface Batch {
  id: bigint;
  /** Offset and end of the BSON array of documents. */
  start: number;
  end: number;
  empty: boolean;
  /** Raw postBatchResumeToken. */
  token: Buffer | undefined;
}

export function batchOf(reply: Reply): Batch {
  const { bytes } = reply;
  const batch: Batch = { id: 0n, start: 0, end: 0, empty: true, token: undefined };
  for (const outer of elements(bytes, reply.at)) {
    if (outer.name !== 'cursor') continue;
    for (const it of elements(bytes, outer.value)) {
      if (it.name === 'id') batch.id = bytes.readBigInt64LE(it.value);
      else if (it.name === 'postBatchResumeToken') batch.token = Buffer.from(bytes.subarray(it.value, it.end));
      else if (it.name === 'firstBatch' || it.name === 'nextBatch') {
        batch.start = it.value;
        batch.end = it.end;
        batch.empty = it.end - it.value <= 5;
      }
    }
  }
  return batch;
}

export function getMore(id: bigint, collection: string, batchSize: number, maxTimeMS?: number): Buffer[] {
  const cursor = Buffer.allocUnsafe(8);
  cursor.writeBigInt64LE(id);
  return [
    Buffer.concat([Buffer.from([T.int64]), Buffer.from('getMore\0'), cursor, ...str('collection', collection)]),
    elementsOf({ batchSize, ...(maxTimeMS === undefined ? {} : { maxTimeMS }) }),
  ];
}

/** Every document of a cursor, each as its own bytes. For catalogues, not for data. */
export async function listRaw(wire: Wire, db: string, command: Document): Promise<Buffer[]> {
  const out: Buffer[] = [];
  let reply = await wire.send(db, [elementsOf(command)]);
  for (;;) {
    const batch = batchOf(reply);
    for (const it of elements(reply.bytes, batch.start)) out.push(Buffer.from(reply.bytes.subarray(it.value, it.end)));
    const ns = cursorNamespace(reply);
    reply.release();
    if (batch.id === 0n) return out;
    reply = await wire.send(db, getMore(batch.id, ns, 10_000));
  }
}

function cursorNamespace(reply: Reply): string {
  const cursor = documentAt(reply.bytes, reply.at, 'cursor')!;
  for (const it of elements(cursor)) {
    if (it.name === 'ns') {
      const full = cursor.toString('utf8', it.value + 4, it.end - 1);
      return full.slice(full.indexOf('.') + 1);
    }
  }
  throw new Error('a cursor without a namespace');
}

export const writeMajority = (): Buffer => elementsOf({ writeConcern: { w: 'majority' } });
