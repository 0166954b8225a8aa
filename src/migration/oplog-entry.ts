import { find, numberAt, T, text, uuidText, valueEnd } from './bson.ts';

/** One entry of the oplog, or one operation within an `applyOps`, which has no time of its own. Buffers are slices. */
export interface Entry {
  op: string;
  ns: string;
  /** UUID of the collection, hexadecimal. */
  uuid: string | undefined;
  o: Buffer;
  o2: Buffer | undefined;
  ts: bigint;
  /** Time of the entry before this one in its transaction or session; zero when it is the first. */
  previous: bigint;
  /** Made by the server itself: no client wrote this. */
  internal: boolean;
  /** Of several such entries of one session each counts for itself. */
  single: boolean;
}

const NOTHING = Buffer.from([5, 0, 0, 0, 0]);
const [O, P, N, S, U, I, TWO] = [0x6f, 0x70, 0x6e, 0x73, 0x75, 0x69, 0x32];
const TIMESTAMP = 0x74;

/** Reads what the migration needs of the entry that begins at `at`; nothing is copied. */
export function parseEntry(b: Buffer, at: number): Entry {
  const entry: Entry = {
    op: '',
    ns: '',
    uuid: undefined,
    o: NOTHING,
    o2: undefined,
    ts: 0n,
    previous: 0n,
    internal: false,
    single: false,
  };
  const end = at + b.readInt32LE(at) - 1;
  for (let start = at + 4; start < end; ) {
    const name = start + 1;
    let zero = name;
    while (b[zero] !== 0) zero++;
    const value = zero + 1;
    const next = valueEnd(b, b[start]!, value);
    const [first, second] = [b[name], b[name + 1]];
    switch (zero - name) {
      case 1:
        if (first === O) entry.o = b.subarray(value, next);
        break;
      case 2:
        if (first === O && second === P) entry.op = b.toString('latin1', value + 4, next - 1);
        else if (first === O && second === TWO) entry.o2 = b.subarray(value, next);
        else if (first === N && second === S) entry.ns = b.toString('utf8', value + 4, next - 1);
        else if (first === U && second === I) entry.uuid = uuidText(b, value + 5, next);
        else if (first === TIMESTAMP && second === S) entry.ts = b.readBigUInt64LE(value);
        break;
      case 10:
        if (b.toString('latin1', name, zero) === 'prevOpTime') {
          const previous = find(b, value, 'ts');
          if (previous?.type === T.timestamp) entry.previous = b.readBigUInt64LE(previous.value);
        }
        break;
      case 11:
        if (b.toString('latin1', name, zero) === 'fromMigrate') entry.internal = b[value] === 1;
        else if (b.toString('latin1', name, zero) === 'multiOpType') entry.single = b.readInt32LE(value) === 1;
        break;
    }
    start = next;
  }
  return entry;
}

/** The first name in the body of a command, which is the command's. */
export const commandOf = (o: Buffer): string => (o.length > 5 ? o.toString('utf8', 5, o.indexOf(0, 5)) : '');

export const flag = (o: Buffer, name: string): boolean => {
  const element = find(o, 0, name);
  return element !== undefined && (element.type === T.bool ? o[element.value] === 1 : Boolean(numberAt(o, element)));
};

/** The text that stands under a name; undefined when there is none. */
export const textOf = (o: Buffer, name: string): string | undefined => {
  const element = find(o, 0, name);
  return element?.type === T.string ? text(o, element) : undefined;
};
