import type { Timestamp } from 'mongodb';

/** Where changes are read. `auto` is the oplog where the source's user may read it, the change stream otherwise. */
export const changeSources = ['auto', 'oplog', 'change-stream'] as const;
export type ChangeSource = (typeof changeSources)[number];

/** One change of the source. Buffers are slices of a reply, valid until the batch that brought it is released. */
export interface Change {
  /** `insert`, `update`, `replace`, `delete`, or what happened to the schema, in the words of a change stream. */
  kind: string;
  /** UUID of the collection, hexadecimal; what concerns views and databases has none. */
  uuid: string | undefined;
  db: string;
  name: string;
  /** Raw `_id`: its type, then its value. */
  idType: number;
  id: Buffer | undefined;
  /** What an insert or a replacement wrote. */
  document: Buffer | undefined;
  /** How an update changed its document, as the oplog says it (`$v: 2`). */
  diff: Buffer | undefined;
  /** Where a rename led. */
  to: { db: string; name: string } | undefined;
  /** Raw details of a change of the schema. */
  description: Buffer | undefined;
  /** Raw token from which everything after this change, and perhaps some before it, can be read again. */
  token(): Buffer;
}

export interface ChangeBatch {
  events: Change[];
  /** Memory that is held until the release. */
  bytes: number;
  release(): void;
}

/** All changes of a source in their order, those of a transaction when it is committed; committed by the majority alone. */
export interface Feed {
  /** The next changes; none when nothing happened for `maxTimeMS`. */
  next(maxTimeMS: number): Promise<ChangeBatch>;
  /** Raw resume token of all that `next` has handed out. */
  readonly token: Buffer | undefined;
  /** The time up to which `next` has handed out changes; a transaction may have more of that time. */
  readonly position: Timestamp;
  /** The source's clock as of its last answer. */
  readonly sourceTime: Timestamp;
}

/** What one answer should hold, so that little is held at once however large or small the changes are. */
const ANSWER_BYTES = 768 << 10;
const [FEWEST, MOST, FIRST] = [50, 4_000, 500];

/** How many changes to ask for at once. */
export class Portion {
  private averageBytes = ANSWER_BYTES / FIRST;

  get size(): number {
    return Math.round(Math.min(MOST, Math.max(FEWEST, ANSWER_BYTES / this.averageBytes)));
  }

  /** So many came in so many bytes. */
  saw(changes: number, bytes: number): void {
    if (changes) this.averageBytes = bytes / changes;
  }
}
