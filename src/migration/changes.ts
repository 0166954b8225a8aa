import { type Document, Timestamp } from 'mongodb';
import { doc, elements, find, text } from './bson.ts';
import { Code, hasCode } from './errors.ts';
import type { Change, ChangeBatch, Feed } from './feed.ts';
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

export function parseChange(b: Buffer, start: number): Change {
  const change: Change = {
    kind: '',
    uuid: undefined,
    db: '',
    name: '',
    idType: 0,
    id: undefined,
    document: undefined,
    diff: undefined,
    to: undefined,
    description: undefined,
    token: () => {
      const element = find(b, start, '_id')!;
      return Buffer.from(b.subarray(element.value, element.end));
    },
  };
  for (const it of elements(b, start)) {
    if (it.name === 'operationType') change.kind = text(b, it);
    else if (it.name === 'collectionUUID') change.uuid = b.toString('hex', it.value + 5, it.end);
    else if (it.name === 'ns') Object.assign(change, namespace(b, it.value));
    else if (it.name === 'to') change.to = namespace(b, it.value);
    else if (it.name === 'operationDescription') change.description = b.subarray(it.value, it.end);
    else if (it.name === 'fullDocument' && it.type === 3) change.document = b.subarray(it.value, it.end);
    else if (it.name === 'documentKey') {
      const id = find(b, it.value, '_id');
      if (id) {
        change.idType = id.type;
        change.id = b.subarray(id.value, id.end);
      }
    }
  }
  return change;
}

/** The changes of the whole deployment as its change stream tells them. */
export class ChangeStream implements Feed {
  private readonly wire: Wire;
  private readonly stages: Document[];
  private cursor = 0n;
  private slim = false;
  private opened: Reply | undefined;
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
  async next(maxTimeMS: number, batchSize = 4_000): Promise<ChangeBatch> {
    let reply: Reply;
    try {
      reply = this.opened ?? (await this.wire.send('admin', getMore(this.cursor, CLUSTER, batchSize, maxTimeMS)));
    } catch (error) {
      if (!hasCode(error, Code.tooLarge) || this.slim || !this.token) throw error;
      this.slim = true;
      await this.open({ token: this.token });
      return this.next(maxTimeMS, batchSize);
    }
    this.opened = undefined;
    const batch = this.take(reply);
    const events: Change[] = [];
    for (const it of elements(reply.bytes, batch.start)) events.push(parseChange(reply.bytes, it.value));
    if (batch.token) {
      this.token = batch.token;
      this.position = timeOf(batch.token);
    }
    return { events, release: () => reply.release() };
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
