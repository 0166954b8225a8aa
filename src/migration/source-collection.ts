import { raw, T } from './bson.ts';
import { Code, hasCode } from './errors.ts';
import { elementsOf, type Reply, type Wire } from './wire.ts';

/** The source collection is gone: dropped, or moved to another database, which gives it another identity. */
export class CollectionGone extends Error {
  override readonly name = 'CollectionGone';
}

const uuidElement = (uuid: string): Buffer[] => {
  const value = Buffer.alloc(21);
  value.writeInt32LE(16);
  value[4] = 4;
  value.write(uuid, 5, 'hex');
  return raw(T.binary, 'collectionUUID', value);
};

/**
 * A source collection by its identity. It may be renamed at any moment; the server then refuses the old name and tells
 * the new one, so every `find` reaches exactly this collection or none.
 */
export class SourceCollection {
  readonly uuid: string;
  readonly db: string;
  name: string;
  private readonly identity: Buffer[];

  constructor(uuid: string, db: string, name: string) {
    this.uuid = uuid;
    this.db = db;
    this.name = name;
    this.identity = uuidElement(uuid);
  }

  async find(wire: Wire, parts: readonly Buffer[]): Promise<Reply> {
    for (let tries = 0; ; tries++) {
      try {
        return await wire.send(this.db, [
          Buffer.concat([Buffer.from([T.string]), Buffer.from('find\0'), stringValue(this.name)]),
          ...parts,
          ...this.identity,
        ]);
      } catch (error) {
        if (!hasCode(error, Code.collectionUuidMismatch)) throw error;
        const actual = error.reply.actualCollection;
        if (typeof actual !== 'string' || tries > 20) throw new CollectionGone(`${this.db}.${this.name}`);
        this.name = actual;
      }
    }
  }

  /** What it is called by now; undefined when it is gone. */
  async currentName(wire: Wire): Promise<string | undefined> {
    try {
      (await this.find(wire, [elementsOf({ batchSize: 0, singleBatch: true })])).release();
      return this.name;
    } catch (error) {
      if (error instanceof CollectionGone) return undefined;
      throw error;
    }
  }
}

function stringValue(value: string): Buffer {
  const text = Buffer.from(`${value}\0`);
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(text.length);
  return Buffer.concat([length, text]);
}
