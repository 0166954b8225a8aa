import { type Document, Timestamp } from 'mongodb';
import { doc, eachDocument, elements, find, T, text, uuidText, valueEnd } from './bson.ts';
import { Code, hasCode } from './errors.ts';
import { type Change, type ChangeBatch, type Feed, Portion } from './feed.ts';
import { timeOf } from './resume.ts';
import { batchOf, elementsOf, getMore, type Reply, type Wire } from './wire.ts';

const CLUSTER = '$cmd.aggregate';

const namespace = (b: Buffer, at: number): { db: string; name: string } => {
  const out = { db: '', name: '' };
  for (const it of elements(b, at)) {
    if (it.name === 'db') out.db = text(b, it);
    else if (it.name === 'coll') out.name = text(b, it);
  }
  return out;
};

/** Of the changes of one collection many follow each other, so its name is made into text once. */
let known = { bytes: Buffer.alloc(0), db: '', name: '' };
function namespaceAt(b: Buffer, from: number, to: number): typeof known {
  if (known.bytes.compare(b, from, to) !== 0)
    known = { bytes: Buffer.from(b.subarray(from, to)), ...namespace(b, from) };
  return known;
}

class StreamChange implements Change {
  kind = '';
  uuid: string | undefined;
  db = '';
  name = '';
  idType = 0;
  id: Buffer | undefined;
  document: Buffer | undefined;
  diff: undefined;
  to: { db: string; name: string } | undefined;
  description: Buffer | undefined;
  private readonly bytes: Buffer;
  private readonly start: number;

  constructor(bytes: Buffer, start: number) {
    this.bytes = bytes;
    this.start = start;
  }

  token(): Buffer {
    const element = find(this.bytes, this.start, '_id')!;
    return Buffer.from(this.bytes.subarray(element.value, element.end));
  }
}

/** Reads what the migration needs of the event that begins at `start`; names that it does not need are not made into text. */
export function parseChange(b: Buffer, start: number): Change {
  const change = new StreamChange(b, start);
  const end = start + b.readInt32LE(start) - 1;
  for (let at = start + 4; at < end; ) {
    const name = at + 1;
    const type = b[at]!;
    const zero = b.indexOf(0, name);
    const value = zero + 1;
    at = valueEnd(b, type, value);
    const is = (wanted: string) => b.toString('latin1', name, zero) === wanted;
    switch (zero - name) {
      case 2:
        if (is('ns')) {
          const { db, name } = namespaceAt(b, value, at);
          change.db = db;
          change.name = name;
        } else if (is('to')) change.to = namespace(b, value);
        break;
      case 11:
        if (is('documentKey')) takeId(change, b, value);
        break;
      case 12:
        if (type === T.document && is('fullDocument')) change.document = b.subarray(value, at);
        break;
      case 13:
        if (is('operationType')) change.kind = b.toString('latin1', value + 4, at - 1);
        break;
      case 14:
        if (is('collectionUUID')) change.uuid = uuidText(b, value + 5, at);
        break;
      case 20:
        if (is('operationDescription')) change.description = b.subarray(value, at);
        break;
    }
  }
  return change;
}

function takeId(change: StreamChange, b: Buffer, key: number): void {
  const id = find(b, key, '_id');
  if (!id) return;
  change.idType = id.type;
  change.id = b.subarray(id.value, id.end);
}

/** The changes of the whole deployment as its change stream tells them. */
export class ChangeStream implements Feed {
  private readonly wire: Wire;
  private readonly stages: Document[];
  private cursor = 0n;
  private slim = false;
  private opened: Reply | undefined;
  private readonly portion = new Portion();
  /** Raw resume token of all that `next` has handed out. */
  token: Buffer | undefined;
  position = new Timestamp({ t: 0, i: 0 });
  /** The source's clock as of its last answer. */
  sourceTime = new Timestamp({ t: 0, i: 0 });

  constructor(wire: Wire, stages: Document[] = []) {
    this.wire = wire;
    this.stages = stages;
  }

  async open(from: { at: Timestamp } | { token: Buffer }): Promise<void> {
    const options = Buffer.concat([
      // The buckets of a time series are a system collection.
      elementsOf({ allChangesForCluster: true, showExpandedEvents: true, showSystemEvents: true }),
      ...('token' in from ? doc('startAfter', from.token) : [elementsOf({ startAtOperationTime: from.at })]),
    ]);
    const pipeline = [
      // Updated documents are read from the source as they are, so how they changed need not travel. Documents too
      // large for an event are then read that way too.
      { $project: { updateDescription: 0, ...(this.slim ? { fullDocument: 0 } : {}) } },
      ...this.stages,
    ];
    this.opened = await this.wire.send('admin', [aggregate(options, pipeline)]);
    this.take(this.opened);
  }

  private take(reply: Reply): ReturnType<typeof batchOf> {
    const batch = batchOf(reply);
    this.cursor = batch.id;
    const time = find(reply.bytes, reply.at, 'operationTime');
    if (time) this.sourceTime = new Timestamp(reply.bytes.readBigUInt64LE(time.value));
    return batch;
  }

  /** The next batch; an empty one when nothing happened for `maxTimeMS`. */
  async next(maxTimeMS: number): Promise<ChangeBatch> {
    let reply: Reply;
    try {
      reply =
        this.opened ?? (await this.wire.send('admin', getMore(this.cursor, CLUSTER, this.portion.size, maxTimeMS)));
    } catch (error) {
      if (!hasCode(error, Code.tooLarge) || this.slim || !this.token) throw error;
      this.slim = true;
      await this.open({ token: this.token });
      return this.next(maxTimeMS);
    }
    this.opened = undefined;
    const batch = this.take(reply);
    const events: Change[] = [];
    eachDocument(reply.bytes, batch.start, (start) => {
      events.push(parseChange(reply.bytes, start));
    });
    if (batch.token) {
      this.token = batch.token;
      this.position = timeOf(batch.token);
    }
    this.portion.saw(events.length, batch.end - batch.start);
    return { events, bytes: reply.bytes.length, release: () => reply.release() };
  }
}

function aggregate(options: Buffer, rest: Document[]): Buffer {
  const stage = document(Buffer.concat(doc('$changeStream', document(options))));
  const pipeline = [Buffer.concat(doc('0', stage))];
  rest.forEach((it, at) => {
    pipeline.push(Buffer.concat(doc(String(at + 1), document(elementsOf(it)))));
  });
  return Buffer.concat([
    elementsOf({ aggregate: 1 }),
    Buffer.concat([Buffer.from([4]), Buffer.from('pipeline\0'), document(Buffer.concat(pipeline))]),
    elementsOf({ cursor: { batchSize: 0 } }),
  ]);
}

function document(body: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(body.length + 5);
  return Buffer.concat([length, body, Buffer.from([0])]);
}
