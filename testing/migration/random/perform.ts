/** Does random operations on a source. Those that the source refuses have simply not happened. */
import { type ClientSession, type Collection, type Db, type MongoClient, MongoError, MongoNetworkError } from 'mongodb';
import type { Loose } from '../scenario.ts';
import type { Act, Operation, Place, Transaction, Write } from './operations.ts';
import { ids } from './values.ts';

/** Any two of the random operations may contradict each other; a lost connection is nobody's intention. */
async function unlessRefused(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof MongoError) || error instanceof MongoNetworkError) throw error;
  }
}

export class Performer {
  private readonly client: MongoClient;
  private readonly base: string;
  private ends: (() => Promise<void>)[] = [];

  /** `base` begins the names of the databases that belong to it. */
  constructor(client: MongoClient, base: string) {
    this.client = client;
    this.base = base;
  }

  /** Ends what the act before left open, does this one, opens what it leaves open. */
  async play(act: Act): Promise<void> {
    await this.end();
    await this.perform(act.operations);
    for (const it of act.open) this.ends.push(await this.begin(it));
  }

  async end(): Promise<void> {
    for (const it of this.ends.splice(0)) await it();
  }

  async perform(operations: readonly Operation[]): Promise<void> {
    for (const it of operations) {
      if (it.does === 'transaction') await (await this.begin(it))();
      else await unlessRefused(this.do(it));
    }
  }

  private db(n: number): Db {
    return this.client.db(`${this.base}-${n}`);
  }

  private at({ db, name }: Place): Collection<Loose> {
    return this.db(db).collection<Loose>(name);
  }

  /** What it returns ends the transaction. One write that is refused has ended it already. */
  private async begin({ writes, commits }: Transaction): Promise<() => Promise<void>> {
    const session = this.client.startSession();
    session.startTransaction();
    for (const it of writes) await unlessRefused(this.write(it, session));
    return async () => {
      await unlessRefused(commits ? session.commitTransaction() : session.abortTransaction());
      await session.endSession();
    };
  }

  private async write(it: Write, session?: ClientSession): Promise<unknown> {
    const at = this.at(it.at);
    switch (it.does) {
      case 'insert': {
        const documents = it.documents.map(({ id, fields }) => ({ _id: ids[id], ...fields }));
        return at.insertMany(documents, { session, ordered: false });
      }
      case 'replace':
        return at.replaceOne({ _id: ids[it.id] }, it.fields, { session, upsert: it.upsert });
      case 'update':
        return at.updateOne({ _id: ids[it.id] }, it.change, { session, upsert: it.upsert });
      case 'update many':
        return at.updateMany({ n: { $lt: it.below } }, it.change, { session });
      case 'delete':
        return at.deleteOne({ _id: ids[it.id] }, { session });
      case 'delete many':
        return at.deleteMany({ n: { $lt: it.below } }, { session });
      case 'find and modify':
        return at.findOneAndUpdate({ n: { $lt: it.below } }, it.change, { session, sort: { n: -1 } });
    }
  }

  private async do(it: Exclude<Operation, Transaction>): Promise<unknown> {
    switch (it.does) {
      case 'create':
        return this.db(it.at.db).createCollection(it.at.name, it.options);
      case 'drop':
        return this.at(it.at).drop();
      case 'rename':
        return this.client.db('admin').command({
          renameCollection: this.at(it.at).namespace,
          to: this.at(it.to).namespace,
          dropTarget: it.dropTarget,
        });
      case 'drop database':
        return this.db(it.db).dropDatabase();
      case 'create index':
        return this.at(it.at).createIndex(it.key as never, it.options);
      case 'drop index':
        return this.at(it.at).dropIndex(await this.index(it.at, it.nth));
      case 'modify':
        return this.db(it.at.db).command({ collMod: it.at.name, ...it.change });
      case 'modify index': {
        const index = { name: await this.index(it.at, it.nth), ...it.change };
        return this.db(it.at.db).command({ collMod: it.at.name, index });
      }
      case 'convert to capped':
        return this.db(it.at.db).command({ convertToCapped: it.at.name, size: 8_192 });
      case 'out': {
        const into = { db: `${this.base}-${it.to.db}`, coll: it.to.name };
        return this.at(it.at)
          .aggregate([{ $match: { n: { $gt: 3 } } }, it.merges ? { $merge: { into } } : { $out: into }])
          .toArray();
      }
      default:
        return this.write(it);
    }
  }

  private async index(at: Place, nth: number): Promise<string> {
    const all = await this.at(at).indexes();
    return all[Math.min(nth, all.length - 1)]!.name!;
  }
}
