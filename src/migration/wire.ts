import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { BSON, type Document, type HostAddress, type MongoClient } from 'mongodb';
import { documentAt, elements, numberAt, str, T } from './bson.ts';
import { CommandFailed, ConnectionLost } from './errors.ts';

/*
 * The driver connects, encrypts and authenticates; from then on this module talks OP_MSG on that socket itself, because
 * the driver can neither hand out a batch as bytes nor send bytes as documents: through it every document would be
 * decoded and encoded again, which is fifty times the work and changes number types.
 */
interface DriverConnection {
  socket: Socket;
}
const require = createRequire(import.meta.url);
const driver = require('mongodb/lib/cmap/connect.js') as { connect(options: object): Promise<DriverConnection> };
const utils = require('mongodb/lib/utils.js') as { HostAddress: { fromString(text: string): HostAddress } };
const providers = require('mongodb/lib/mongo_client_auth_providers.js') as {
  MongoClientAuthProviders: new () => object;
};

/** Lends the buffers that replies are read into, so that copying gigabytes allocates a few dozen megabytes once. */
export class BufferPool {
  private readonly free = new Map<number, Buffer[]>();

  take(size: number): Buffer {
    const room = BufferPool.room(size);
    return this.free.get(room)?.pop() ?? Buffer.allocUnsafeSlow(room);
  }

  give(buffer: Buffer): void {
    // Small ones are cheaper to make than to keep.
    if (buffer.length < 1 << 20) return;
    const kept = this.free.get(buffer.length) ?? [];
    if (kept.length < 8) kept.push(buffer);
    this.free.set(buffer.length, kept);
  }

  private static room(size: number): number {
    if (size <= 1 << 16) return size;
    for (const room of [1 << 20, 17 << 20]) if (size <= room) return room;
    return size;
  }
}

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

/** One authenticated connection. Requests may be sent ahead; the server answers in order. */
export class Wire {
  private readonly socket: Socket;
  private readonly pool: BufferPool;
  private readonly waiting: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  private readonly head = Buffer.allocUnsafeSlow(HEADER);
  private message: Buffer | undefined;
  private length = 0;
  private filled = 0;
  private lost: Error | undefined;

  constructor(socket: Socket, pool: BufferPool) {
    this.socket = socket;
    this.pool = pool;
    socket.unpipe();
    for (const event of ['data', 'error', 'close', 'timeout']) socket.removeAllListeners(event);
    socket.setTimeout(0);
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('closed by the server')));
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.resume();
  }

  close(): void {
    this.fail(new Error('closed'));
  }

  private fail(cause: Error): void {
    this.lost ??= new ConnectionLost(`connection lost: ${cause.message}`, { cause });
    this.socket.destroy();
    for (const it of this.waiting.splice(0)) it.reject(this.lost);
  }

  private take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const into = this.message ?? this.head;
      const n = chunk.copy(into, this.filled, at, at + (this.message ? this.length : HEADER) - this.filled);
      at += n;
      this.filled += n;
      if (!this.message && this.filled === HEADER) {
        this.length = this.head.readInt32LE(0);
        this.message = this.pool.take(this.length);
        this.head.copy(this.message);
      } else if (this.message && this.filled === this.length) {
        const reply = new Reply(this.message, this.length, this.pool);
        this.message = undefined;
        this.filled = 0;
        this.waiting.shift()?.resolve(reply);
      }
    }
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
    if (size < 1 << 16) this.socket.write(Buffer.concat([head, ...all]));
    else {
      this.socket.cork();
      this.socket.write(head);
      for (const part of all) this.socket.write(part);
      this.socket.uncork();
    }
    const reply = await answered;
    const failure = failureOf(reply);
    if (!failure) return reply;
    reply.release();
    const name = parts[0]!;
    throw new CommandFailed(name.toString('utf8', 1, Math.max(1, name.indexOf(0, 1))), failure);
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

export const hostAddress = (text: string): HostAddress => utils.HostAddress.fromString(text);

/** Opens one more connection to `host` with the credentials and TLS of a connected client. */
export async function openWire(client: MongoClient, host: HostAddress, pool: BufferPool): Promise<Wire> {
  const connection = await driver.connect({
    ...client.options,
    hostAddress: host,
    // Compressed replies could not be passed on as they are.
    compressors: [],
    id: 0,
    generation: 0,
    monitorCommands: false,
    loadBalanced: false,
    authProviders: new providers.MongoClientAuthProviders(),
  });
  return new Wire(connection.socket, pool);
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
