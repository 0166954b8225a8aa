import { T } from './bson.ts';
import type { BufferPool } from './buffers.ts';

/** Below this many bytes a loop is faster than a call that copies. */
const FEW = 24;

/**
 * The elements of a command, written one behind the other into one lent buffer. Made of pieces, a command of a thousand
 * statements would be ten thousand small objects, which cost more than all else the engine does.
 */
export class Body {
  private readonly pool: BufferPool;
  private bytes: Buffer;
  private at = 0;

  /** `size` is a guess; it grows. */
  constructor(pool: BufferPool, size: number) {
    this.pool = pool;
    this.bytes = pool.take(size);
  }

  /** What was written so far; valid until the release. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  release(): void {
    this.pool.give(this.bytes);
  }

  /** Bytes as they are: elements, or a value whose head was written before. */
  add(bytes: Buffer): this {
    const { length } = bytes;
    this.reserve(length);
    if (length > FEW) this.bytes.set(bytes, this.at);
    else for (let n = 0; n < length; n++) this.bytes[this.at + n] = bytes[n]!;
    this.at += length;
    return this;
  }

  /** Type and name of an element; its value comes next. Names are ASCII. */
  head(type: number, name: string): this {
    const { length } = name;
    this.reserve(length + 2);
    this.bytes[this.at++] = type;
    for (let n = 0; n < length; n++) this.bytes[this.at++] = name.charCodeAt(n);
    this.bytes[this.at++] = 0;
    return this;
  }

  element(type: number, name: string, value: Buffer): this {
    return this.head(type, name).add(value);
  }

  int(name: string, value: number): this {
    this.head(T.int32, name).reserve(4);
    this.at = this.bytes.writeInt32LE(value, this.at);
    return this;
  }

  bool(name: string, value: boolean): this {
    this.head(T.bool, name).reserve(1);
    this.bytes[this.at++] = value ? 1 : 0;
    return this;
  }

  document(name: string, fill: () => void): this {
    return this.head(T.document, name).enclosed(fill);
  }

  array<E>(name: string, items: readonly E[], fill: (item: E) => void): this {
    return this.head(T.array, name).enclosed(() => {
      items.forEach((item, n) => {
        this.head(T.document, String(n)).enclosed(() => fill(item));
      });
    });
  }

  /** A document or array: its length, what `fill` writes, and the zero at its end. */
  enclosed(fill: () => void): this {
    const from = this.at;
    this.reserve(4);
    this.at += 4;
    fill();
    this.reserve(1);
    this.bytes[this.at++] = 0;
    this.bytes.writeInt32LE(this.at - from, from);
    return this;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = this.pool.take(Math.max(this.bytes.length * 2, this.at + more));
    this.bytes.copy(larger, 0, 0, this.at);
    this.pool.give(this.bytes);
    this.bytes = larger;
  }
}
