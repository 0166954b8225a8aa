import { Binary, BSON, type Document, type Timestamp } from 'mongodb';
import { Code, hasCode, Superseded } from './errors.ts';
import { OWN_DATABASE, ownCollection } from './segment.ts';
import { listRaw, type Wire } from './wire.ts';

export type Stage = 'copying' | 'indexing' | 'tailing' | 'done';

/** How far one source collection has come, and what it is called on the destination by now. */
export interface CopyState {
  uuid: string;
  db: string;
  name: string;
  options: Buffer;
  copied: boolean;
  /** Raw token behind the last document known to be safe on the destination. */
  token: Buffer | undefined;
  /** Whose token it is: of no use to any other reader, see `originOf`. */
  origin: string | undefined;
  documents: number;
  bytes: number;
  /** What the source said it held when the copy began. */
  expectedDocuments: number;
  expectedBytes: number;
}

export interface MigrationState {
  stage: Stage;
  /** The instant of the catalogue: changes after it are replayed. */
  at: Timestamp;
  token: Buffer | undefined;
  changes: number;
  seconds: number;
  /** The source's writes are held back for a cutover, or are just being let in again. Written before either is done. */
  block?: 'held' | 'releasing';
  /** The destination refuses writes, and is to take them again when this is done. */
  unblock?: boolean;
  /** What there is to say of a migration that is done, kept until everybody knows. */
  report?: Document;
}

const majority = { w: 'majority' };
/**
 * What a migration keeps in collections of its own, so that none removes what another, which ends or begins in the same
 * moment, is just about to write.
 */
const kinds = ['migrations', 'collections', 'probe'] as const;
type Kind = (typeof kinds)[number];
/** A migration that somebody has claimed and that is not prepared yet. */
const CLAIMED = 'claimed';
/** What was known to be so is asked again before anything is written, once it is older than this. */
export const FRESH_MS = 2_000;
const binary = (b: Buffer | undefined) => (b ? new Binary(b) : null);
const buffer = (b: unknown): Buffer | undefined => (b instanceof Binary ? Buffer.from(b.buffer) : undefined);

/**
 * Where the migration is, kept on the destination itself, so that whoever runs next finds it there. It belongs to the
 * owner that claimed it last: what another one saves is refused with `Superseded`.
 */
export class Checkpoint {
  private readonly wire: Wire;
  private readonly id: string;
  private readonly owner: string;
  private confirmed = 0;
  private confirming: Promise<void> | undefined;

  /** Without an owner it can be read and dropped. */
  constructor(wire: Wire, id: string, owner = '') {
    this.wire = wire;
    this.id = id;
    this.owner = owner;
  }

  /**
   * From now on it is this owner's; true when it was somebody's before, and another owner may not know yet. It is taken
   * from that very one: the claim of a process that has died meanwhile may still be on its way, and must not take it from
   * whoever came after. One that is this owner's already is so by a claim whose answer was lost, and with it whom that
   * one took it from.
   */
  async claim(): Promise<boolean> {
    for (;;) {
      const asked = performance.now();
      const [found] = await this.all('migrations');
      const before = found?.owner as string | undefined;
      const q = { _id: this.id, owner: before ?? { $exists: false } };
      const u = { $set: { owner: this.owner }, $setOnInsert: { stage: CLAIMED } };
      const { n, writeErrors } = await this.wire.command(OWN_DATABASE, {
        update: this.within('migrations'),
        updates: [{ q, u, upsert: !found }],
        writeConcern: majority,
      });
      const [error] = (writeErrors ?? []) as { code: number; errmsg: string }[];
      // Somebody else was faster: their claim is the one to take it from.
      if (error && error.code !== Code.duplicateKey) throw new Error(`checkpoint not claimed: ${error.errmsg}`);
      if (error || n !== 1) continue;
      this.confirmed = asked;
      return before !== undefined;
    }
  }

  /** Before anything is written to the destination: a process that was held up for long may have been replaced. */
  confirm(): Promise<void> | undefined {
    if (performance.now() - this.confirmed < FRESH_MS) return undefined;
    this.confirming ??= this.own().finally(() => {
      this.confirming = undefined;
    });
    return this.confirming;
  }

  /** Fails when it is not this owner's any more; otherwise does this to it, or nothing. */
  async own(u: Document = { $set: { owner: this.owner } }): Promise<void> {
    const asked = performance.now();
    const { n, writeErrors } = await this.wire.command(OWN_DATABASE, {
      update: this.within('migrations'),
      updates: [{ q: { _id: this.id, owner: this.owner }, u }],
      writeConcern: majority,
    });
    if (writeErrors) throw new Error(`checkpoint not saved: ${JSON.stringify(writeErrors)}`);
    if (n !== 1) throw new Superseded();
    this.confirmed = asked;
  }

  async load(): Promise<{ state: MigrationState; collections: CopyState[] } | undefined> {
    const [found] = await this.all('migrations');
    if (!found || found.stage === CLAIMED) return undefined;
    const collections = await this.all('collections');
    return {
      state: {
        stage: found.stage as Stage,
        at: found.at as Timestamp,
        token: buffer(found.token),
        changes: Number(found.changes),
        seconds: Number(found.seconds),
        block: found.block as MigrationState['block'],
        unblock: found.unblock === true,
        report: found.report as Document | undefined,
      },
      collections: collections.map((it) => ({
        uuid: it.uuid as string,
        db: it.db as string,
        name: it.name as string,
        options: buffer(it.options)!,
        copied: it.copied as boolean,
        token: buffer(it.token),
        origin: it.origin as string | undefined,
        documents: Number(it.documents),
        bytes: Number(it.bytes),
        expectedDocuments: Number(it.expectedDocuments),
        expectedBytes: Number(it.expectedBytes),
      })),
    };
  }

  /** The collection in `OWN_DATABASE`. */
  within(kind: Kind): string {
    return ownCollection(kind, this.id);
  }

  private async all(kind: Kind): Promise<Document[]> {
    const found = await listRaw(this.wire, OWN_DATABASE, { find: this.within(kind) });
    return found.map((it) => BSON.deserialize(it));
  }

  /** Collections first: a migration document means that all of them are there. */
  async begin(state: MigrationState, collections: readonly CopyState[]): Promise<void> {
    await this.own();
    await this.remove('collections', {});
    for (let at = 0; at < collections.length; at += 1_000) {
      await this.put(...collections.slice(at, at + 1_000).map((it) => this.documentOf(it)));
    }
    await this.save(state);
  }

  save(state: MigrationState): Promise<void> {
    return this.own({ ...state, owner: this.owner, token: binary(state.token) });
  }

  saveCollection(state: CopyState): Promise<void> {
    return this.saveCollections([state]);
  }

  async saveCollections(states: readonly CopyState[]): Promise<void> {
    for (let at = 0; at < states.length; at += 1_000) {
      await this.own();
      await this.put(...states.slice(at, at + 1_000).map((it) => this.documentOf(it)));
    }
  }

  async forget(uuid: string): Promise<void> {
    await this.own();
    await this.remove('collections', { _id: uuid });
  }

  /** The migration is over, and the database goes with the last collection in it. An owner removes nothing of another's. */
  async drop(): Promise<void> {
    const own = this.owner ? { owner: this.owner } : {};
    if (!(await this.remove('migrations', own)) && this.owner) throw new Superseded();
    for (const kind of kinds) await dropOwn(this.wire, kind, this.id);
  }

  /** Says how many there were. */
  private async remove(kind: Kind, q: Document): Promise<number> {
    const deletes = [{ q, limit: 0 }];
    const command = { delete: this.within(kind), deletes, writeConcern: majority };
    return (await this.wire.command(OWN_DATABASE, command)).n;
  }

  private documentOf(state: CopyState): Document {
    return {
      _id: state.uuid,
      ...state,
      options: binary(state.options),
      token: binary(state.token),
    };
  }

  private async put(...documents: Document[]): Promise<void> {
    const answer = await this.wire.command(OWN_DATABASE, {
      update: this.within('collections'),
      updates: documents.map((it) => ({ q: { _id: it._id }, u: it, upsert: true })),
      writeConcern: majority,
    });
    if (answer.writeErrors) throw new Error(`checkpoint not saved: ${JSON.stringify(answer.writeErrors)}`);
  }
}

/** Removes what a migration keeps in a collection of its own, if anything. */
export async function dropOwn(wire: Wire, kind: string, id: string): Promise<void> {
  try {
    await wire.command(OWN_DATABASE, { drop: ownCollection(kind, id), writeConcern: majority });
  } catch (error) {
    if (!hasCode(error, Code.namespaceNotFound)) throw error;
  }
}
