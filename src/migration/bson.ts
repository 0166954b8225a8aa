/** BSON as bytes. Documents are moved, compared and taken apart without ever becoming objects, so no type can change. */

/** One element of a document: where its type byte, name, value and end are. */
export interface Element {
  type: number;
  name: string;
  /** Offset of the type byte. */
  start: number;
  value: number;
  end: number;
}

export const T = {
  double: 1,
  string: 2,
  document: 3,
  array: 4,
  binary: 5,
  bool: 8,
  int32: 16,
  timestamp: 17,
  int64: 18,
} as const;

/** Where the value of this type that begins at `at` ends. */
export function valueEnd(b: Buffer, type: number, at: number): number {
  switch (type) {
    case 1:
    case 9:
    case 17:
    case 18:
      return at + 8;
    case 2:
    case 13:
    case 14:
      return at + 4 + b.readInt32LE(at);
    case 3:
    case 4:
    case 15:
      return at + b.readInt32LE(at);
    case 5:
      return at + 5 + b.readInt32LE(at);
    case 6:
    case 10:
    case 127:
    case 255:
      return at;
    case 7:
      return at + 12;
    case 8:
      return at + 1;
    case 11:
      return b.indexOf(0, b.indexOf(0, at) + 1) + 1;
    case 12:
      return at + 4 + b.readInt32LE(at) + 12;
    case 16:
      return at + 4;
    case 19:
      return at + 16;
    default:
      throw new Error(`unknown BSON type ${type}`);
  }
}

/** Walks the elements of the document (or array) that begins at `at`. The same object is yielded each time. */
export function* elements(b: Buffer, at = 0): Generator<Element> {
  const end = at + b.readInt32LE(at) - 1;
  const element: Element = { type: 0, name: '', start: 0, value: 0, end: at + 4 };
  while (element.end < end) {
    element.start = element.end;
    element.type = b[element.start]!;
    const zero = b.indexOf(0, element.start + 1);
    element.name = b.toString('utf8', element.start + 1, zero);
    element.value = zero + 1;
    element.end = valueEnd(b, element.type, element.value);
    yield element;
  }
}

/** Calls back with the bounds of every document in the array at `at`. Cheaper than `elements`: no names are decoded. */
export function eachDocument(b: Buffer, at: number, visit: (start: number, end: number) => void): void {
  const end = at + b.readInt32LE(at) - 1;
  for (let o = at + 4; o < end; ) {
    const start = b.indexOf(0, o + 1) + 1;
    o = start + b.readInt32LE(start);
    visit(start, o);
  }
}

export function find(b: Buffer, at: number, name: string): Element | undefined {
  for (const element of elements(b, at)) if (element.name === name) return element;
  return undefined;
}

/** A copy of the bytes of an embedded document, or undefined when there is none. */
export function documentAt(b: Buffer, at: number, name: string): Buffer | undefined {
  const found = find(b, at, name);
  return found && (found.type === T.document || found.type === T.array)
    ? Buffer.from(b.subarray(found.value, found.end))
    : undefined;
}

export const text = (b: Buffer, element: Element): string => b.toString('utf8', element.value + 4, element.end - 1);

export function numberAt(b: Buffer, element: Element): number | undefined {
  if (element.type === T.int32) return b.readInt32LE(element.value);
  if (element.type === T.double) return b.readDoubleLE(element.value);
  if (element.type === T.int64) return Number(b.readBigInt64LE(element.value));
  return undefined;
}

/** `_id` and its zero. */
const ID = 0x64695f;
/** The `_id` element without its name: type byte and value, enough to compare and to write it elsewhere. */
export function idOf(b: Buffer, at: number): { type: number; value: Buffer } {
  // It comes first wherever a server has stored the document.
  const type = b[at + 4]!;
  if (type && b.readUInt32LE(at + 5) === ID) return { type, value: b.subarray(at + 9, valueEnd(b, type, at + 9)) };
  const element = find(b, at, '_id');
  if (!element) throw new Error('a document without _id');
  return { type: element.type, value: b.subarray(element.value, element.end) };
}

const int32 = (n: number): Buffer => {
  const b = Buffer.allocUnsafe(4);
  b.writeInt32LE(n);
  return b;
};
const zero = Buffer.from([0]);

const headers = new Map<string, Buffer>();
/** Type byte and name of an element. Kept, because few distinct ones are asked for, over and over. */
function header(type: number, name: string): Buffer {
  const key = `${type} ${name}`;
  let made = headers.get(key);
  if (!made) {
    made = Buffer.concat([Buffer.from([type]), Buffer.from(name), zero]);
    if (headers.size < 20_000) headers.set(key, made);
  }
  return made;
}

export const raw = (type: number, name: string, value: Buffer): Buffer[] => [header(type, name), value];
export const doc = (name: string, document: Buffer): Buffer[] => [header(T.document, name), document];
export const bool = (name: string, value: boolean): Buffer[] => [header(T.bool, name), Buffer.from([value ? 1 : 0])];
export const int = (name: string, value: number): Buffer[] => [header(T.int32, name), int32(value)];
export function str(name: string, value: string): Buffer[] {
  const body = Buffer.from(value);
  return [header(T.string, name), int32(body.length + 1), body, zero];
}

/** The pieces of a document made of these pieces of elements; not yet joined, so large values are copied only once. */
export function pieces(parts: readonly Buffer[]): Buffer[] {
  let length = 5;
  for (const part of parts) length += part.length;
  return [int32(length), ...parts, zero];
}

export const join = (parts: readonly Buffer[]): Buffer => Buffer.concat(pieces(parts));

/** The elements of a document as bytes: without its length and without its closing zero. */
export const body = (document: Uint8Array): Buffer =>
  Buffer.from(document.buffer, document.byteOffset + 4, document.byteLength - 5);

/** The document again without some of its elements. */
export function without(document: Buffer, ...names: string[]): Buffer {
  const kept: Buffer[] = [];
  for (const it of elements(document)) if (!names.includes(it.name)) kept.push(document.subarray(it.start, it.end));
  return join(kept);
}

/** Of the changes of one collection many follow each other, so its UUID is made into text once. */
let [lastBytes, lastText] = [Buffer.alloc(16), '0'.repeat(32)];
export function uuidText(b: Buffer, from: number, to: number): string {
  if (to - from !== 16 || b.compare(lastBytes, 0, 16, from, to) !== 0) {
    lastBytes = Buffer.from(b.subarray(from, to));
    lastText = lastBytes.toString('hex');
  }
  return lastText;
}
