import type { Timestamp } from 'mongodb';
import { Body } from './body.ts';
import { eachDocument, find, idOf, str } from './bson.ts';
import type { BufferPool } from './buffers.ts';
import type { WirePool } from './copy.ts';
import { Code, CommandFailed } from './errors.ts';
import { CollectionGone, type SourceCollection } from './source-collection.ts';
import {
  amongIds,
  deletes,
  diffs,
  type Identified,
  documents as insertion,
  looksLikeOperators,
  replacements,
} from './statements.ts';
import { type Dirty, keyOf } from './window.ts';
import { batchOf, elementsOf, getMore, type Wire, writeMajority } from './wire.ts';

/** A source collection and where it lives on the destination. */
export interface Target {
  source: SourceCollection;
  db: string;
  name: string;
  capped: boolean;
}

interface WriteError {
  index: number;
  code: number;
  errmsg: string;
  keyPattern?: Record<string, unknown>;
}

const CHUNK_DOCUMENTS = 1_000;
const CHUNK_BYTES = 8 << 20;

const UNORDERED = Buffer.concat([elementsOf({ ordered: false }), writeMajority()]);
const BYPASSING = Buffer.concat([UNORDERED, elementsOf({ bypassDocumentValidation: true })]);
/** What a statement takes beside the document, more or less. */
const STATEMENT_BYTES = 64;

/** What one command takes. */
export function* chunks<E>(all: readonly E[], bytes: (it: E) => number): Generator<E[]> {
  let chunk: E[] = [];
  let size = 0;
  for (const it of all) {
    const next = bytes(it);
    if (chunk.length && (chunk.length >= CHUNK_DOCUMENTS || size + next > CHUNK_BYTES)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(it);
    size += next;
  }
  if (chunk.length) yield chunk;
}

export const diffBytes = (it: Dirty): number => it.diffs.reduce((sum, diff) => sum + diff.length, it.id.length);

/** Single steps of bringing documents to another state, and what is done about those that the destination refuses. */
export class Writes {
  private readonly readers: WirePool;
  private readonly writers: WirePool;
  private readonly dropIndex: (target: Target, keyPattern: Record<string, unknown>) => Promise<void>;
  private readonly seen: () => Timestamp;
  private readonly pool: BufferPool;

  /** `seen` tells up to when changes were read: documents that they speak of are never read as they were before. */
  constructor(
    readers: WirePool,
    writers: WirePool,
    dropIndex: (target: Target, keyPattern: Record<string, unknown>) => Promise<void>,
    seen: () => Timestamp,
    pool: BufferPool,
  ) {
    this.readers = readers;
    this.writers = writers;
    this.dropIndex = dropIndex;
    this.seen = seen;
    this.pool = pool;
  }

  async remove(target: Target, dirty: readonly Identified[]): Promise<void> {
    const bytes = dirty.reduce((sum, it) => sum + it.id.length + STATEMENT_BYTES, 0);
    const errors = await this.write(target, 'delete', bytes, (body) => deletes(body, dirty));
    refuse(target, errors);
  }

  async insert(target: Target, documents: Buffer[]): Promise<void> {
    const errors = await this.write(target, 'insert', bytesOf(documents), (body) => insertion(body, documents));
    if (!errors.length) return;
    const refused = errors.map((it) => documents[it.index]!);
    if (errors.every((it) => it.code === Code.duplicateKey && isOnId(it))) return this.replace(target, refused);
    // A state in between may break an index that the source made later; the state of now does not.
    await this.settle(target, errors, refused);
  }

  /** A document that the destination does not have is left alone: it was deleted before it could be copied. */
  async applyDiffs(target: Target, dirty: Dirty[]): Promise<void> {
    const bytes = dirty.reduce((sum, it) => sum + diffBytes(it) + (it.diffs.length + 1) * STATEMENT_BYTES, 0);
    const errors = await this.write(target, 'update', bytes, (body) => diffs(body, dirty));
    if (!errors.length) return;
    await this.dropInTheWay(target, errors);
    await this.fetch(
      target,
      errors.map((it) => dirty[it.index]!),
    );
  }

  async replace(target: Target, documents: Buffer[], current = false): Promise<void> {
    const odd = documents.filter(looksLikeOperators);
    for (const document of odd) await this.exchange(target, document);
    const plain = odd.length ? documents.filter((it) => !odd.includes(it)) : documents;
    if (!plain.length) return;
    const errors = await this.write(target, 'update', bytesOf(plain), (body) => replacements(body, plain));
    if (errors.length)
      await this.settle(
        target,
        errors,
        errors.map((it) => plain[it.index]!),
        current,
      );
  }

  /** Removes what stands in the place of the document and inserts it. */
  private async exchange(target: Target, document: Buffer): Promise<void> {
    const id = idOf(document, 0);
    await this.remove(target, [{ idType: id.type, id: id.value }]);
    const errors = await this.write(target, 'insert', bytesOf([document]), (body) => insertion(body, [document]));
    refuse(target, errors);
  }

  /** `current` says that the documents were read from the source just now, so that reading them again is no help. */
  private async settle(target: Target, errors: WriteError[], documents: Buffer[], current = false): Promise<void> {
    await this.dropInTheWay(target, errors);
    for (let at = 0; at < documents.length; at++) {
      if (isSlot(errors[at]!) || errors[at]!.code === Code.duplicateKey) await this.exchange(target, documents[at]!);
      else if (current) refuse(target, [errors[at]!]);
      else {
        const id = idOf(documents[at]!, 0);
        await this.fetch(target, [
          { what: 'fetch', made: false, idType: id.type, id: id.value, document: undefined, diffs: [] },
        ]);
      }
    }
  }

  /** Unique indexes wait for the cutover. One that is there came from a cutover that broke off; it will be made again. */
  private async dropInTheWay(target: Target, errors: WriteError[]): Promise<void> {
    for (const error of errors) {
      if (error.code === Code.duplicateKey && !isOnId(error)) await this.dropIndex(target, error.keyPattern!);
    }
  }

  /** Reads documents from the source and writes them; those the source no longer has are removed. */
  async fetch(target: Target, dirty: Dirty[]): Promise<void> {
    const missing = new Map(dirty.map((it) => [keyOf(it.idType, it.id), it]));
    const body = amongIds(new Body(this.pool, bytesOf(dirty.map((it) => it.id))), dirty);
    try {
      await this.readers.use(async (wire) => {
        let reply = await target.source.find(wire, [
          body.written,
          // A primary that has just started may for a while read from before the change, where a document that is
          // newer than that seems to be gone: without the time it would be removed, and no later change brings it back.
          elementsOf({
            batchSize: dirty.length + 1,
            readConcern: { level: 'majority', afterClusterTime: this.seen() },
          }),
        ]);
        for (;;) {
          const batch = batchOf(reply);
          const found: Buffer[] = [];
          eachDocument(reply.bytes, batch.start, (start, end) => {
            const document = reply.bytes.subarray(start, end);
            const id = idOf(document, 0);
            // A collation may find more than was asked for; those have events of their own.
            if (missing.delete(keyOf(id.type, id.value))) found.push(document);
          });
          for (const chunk of chunks(found, (it) => it.length)) await this.replace(target, chunk, true);
          reply.release();
          if (batch.id === 0n) break;
          reply = await wire.send(target.source.db, getMore(batch.id, target.source.name, 100_000));
        }
      });
    } catch (error) {
      if (error instanceof CollectionGone) return;
      throw error;
    } finally {
      body.release();
    }
    if (missing.size) await this.remove(target, [...missing.values()]);
  }

  /** The statements are only made when a connection is free, so that few are held at a time. */
  private write(target: Target, name: string, bytes: number, fill: (body: Body) => void): Promise<WriteError[]> {
    return this.writers.use(async (wire: Wire) => {
      const body = new Body(this.pool, bytes + STATEMENT_BYTES);
      try {
        fill(body.add(name === 'delete' ? UNORDERED : BYPASSING));
        const reply = await wire.send(target.db, [...str(name, target.name), body.written]);
        const errors = find(reply.bytes, reply.at, 'writeErrors') ? (reply.toObject().writeErrors as WriteError[]) : [];
        reply.release();
        return errors;
      } finally {
        body.release();
      }
    });
  }
}

const bytesOf = (all: readonly Buffer[]): number => all.reduce((sum, it) => sum + it.length + STATEMENT_BYTES, 0);
const isOnId = (error: WriteError): boolean =>
  error.keyPattern !== undefined && Object.keys(error.keyPattern).join() === '_id';
const isSlot = (error: WriteError): boolean => error.code === Code.immutableField;

function refuse(target: Target, errors: WriteError[]): void {
  const [first] = errors;
  if (first) throw new CommandFailed(`write to ${target.db}.${target.name}`, { ...first });
}
