import { find } from './bson.ts';
import type { CopyState } from './checkpoint.ts';
import { copyCollection } from './copy.ts';
import { Code, hasCode, MigrationFailed } from './errors.ts';
import type { Change } from './feed.ts';
import { type Ground, type Moved, movedOf } from './ground.ts';
import { matchIndexes } from './indexes.ts';
import { createCollection, dropCollection, matchOptions } from './options.ts';
import { isSystem, isUserDatabase, namespaceOf, readOne, uuidIn } from './segment.ts';

export const isData = (change: Change): change is Change & { uuid: string; id: Buffer } =>
  change.id !== undefined && change.uuid !== undefined;

const structural = ['create', 'drop', 'rename', 'modify', 'createIndexes', 'dropIndexes', 'empty', 'invalidate'];
export const isSchema = (change: Change): boolean => structural.includes(change.kind);

/**
 * Replays changes of the schema. Making, dropping and renaming are replayed one by one, since the list they start from
 * is exact; options and indexes are brought to what the source has now, since their last change counts alone.
 */
export class Schema {
  private readonly ground: Ground;
  constructor(ground: Ground) {
    this.ground = ground;
  }

  async apply(change: Change): Promise<void> {
    if (!isUserDatabase(change.db)) return;
    await this.ground.checkpoint.confirm();
    const { scope } = this.ground.source;
    const moved = change.uuid ? this.ground.collections.get(change.uuid) : undefined;
    switch (change.kind) {
      case 'create':
        return scope.has(change) ? this.create(change, moved) : undefined;
      case 'drop':
        return moved && this.drop(moved);
      case 'rename':
        if (!moved && scope.isPartial && scope.has(change.to!) && !isSystem(change.to!.name)) {
          throw new MigrationFailed(
            `The source renamed ${change.db}.${change.name}, which is left out, to ${namespaceOf(change.to!)}, which is not. Start the migration again from the beginning.`,
          );
        }
        return moved && this.rename(change, moved);
      case 'modify':
        return moved && this.modify(moved);
      case 'createIndexes':
      case 'dropIndexes':
        return moved && this.indexes(moved);
      case 'empty':
        return moved && this.empty(moved);
      case 'invalidate':
        throw new MigrationFailed('The change stream of the source was invalidated. Start the migration again.');
    }
  }

  private async create(change: Change, known: Moved | undefined): Promise<void> {
    const description = change.description!;
    // Views are made at the cutover.
    if (known || !change.uuid || find(description, 0, 'viewOn') || isSystem(change.name)) return;
    const { db, name } = change;
    const state: CopyState = {
      uuid: change.uuid,
      db,
      name,
      options: Buffer.from(description),
      copied: true,
      token: undefined,
      origin: undefined,
      documents: 0,
      bytes: 0,
      expectedDocuments: 0,
      expectedBytes: 0,
    };
    const moved = movedOf(state);
    const { destination } = this.ground;
    if ((await createCollection(destination.control, { db, name }, state.options)) === 'there') {
      const [there] = (await readOne(destination, { db, name })).collections;
      const foreign = there ? await this.holdsSomething(moved) : true;
      if (!there) await dropCollection(destination, { db, name });
      else if (foreign && !moved.capped) {
        throw new MigrationFailed(
          `The destination already holds ${db}.${name}, which the source made during the migration. Drop it on the destination and try again.`,
        );
      }
      if (!there) await createCollection(destination.control, { db, name }, state.options);
    }
    this.ground.collections.set(state.uuid, moved);
    // What `convertToCapped` puts into the collection that it makes shows up in no change stream. Copied before the
    // collection is noted: one that is known is not made, and so not copied, again.
    if (moved.capped) await this.copyNow(moved);
    await this.ground.checkpoint.saveCollection(state);
  }

  private async holdsSomething(at: { db: string; name: string }): Promise<boolean> {
    const { cursor } = await this.ground.destination.command(at.db, { find: at.name, limit: 1, singleBatch: true });
    return cursor.firstBatch.length > 0;
  }

  private async copyNow(moved: Moved): Promise<void> {
    const { source, limits, readers } = this.ground;
    await copyCollection(
      readers[0]!,
      {
        ...moved,
        token: undefined,
        again: true,
        averageBytes: 0,
        notBefore: await source.operationTime(),
        onBegin: () => {},
        onSafe: () => {},
      },
      limits,
    );
  }

  private async drop(moved: Moved): Promise<void> {
    await dropCollection(this.ground.destination, moved);
    await this.forget(moved.state.uuid);
  }

  private async empty({ db, name }: Moved): Promise<void> {
    const deletes = [{ q: {}, limit: 0 }];
    await this.ground.destination.command(db, { delete: name, deletes, writeConcern: { w: 'majority' } });
  }

  private async forget(uuid: string): Promise<void> {
    this.ground.collections.delete(uuid);
    await this.ground.checkpoint.forget(uuid);
  }

  private async rename(change: Change, moved: Moved): Promise<void> {
    const to = change.to!;
    if (isSystem(to.name) || !this.ground.source.scope.has(to)) return this.drop(moved);
    const target = change.description ? uuidIn(change.description, 'dropTarget') : undefined;
    const { destination } = this.ground;
    const from = namespaceOf(moved);
    try {
      // A rename from before the catalogue was read: the collection was copied under the name it got.
      if (from !== namespaceOf(to))
        await destination.command('admin', {
          renameCollection: from,
          to: namespaceOf(to),
          dropTarget: target !== undefined,
          writeConcern: { w: 'majority' },
        });
    } catch (error) {
      // Done already, before an interruption that came before it was noted.
      const done = hasCode(error, Code.namespaceNotFound) && (await this.exists(to));
      if (!done) throw this.explained(error, to);
    }
    if (target && target !== moved.state.uuid) await this.forget(target);
    const converted = /^tmp\w{5}\.convertToCapped\./.test(moved.name);
    moved.db = to.db;
    moved.name = to.name;
    Object.assign(moved.state, to);
    // Before the new name is noted, by which nobody could tell any more that it was converted.
    if (converted) await this.copyNow(moved);
    await this.ground.checkpoint.saveCollection(moved.state);
  }

  private explained(error: unknown, to: { db: string; name: string }): unknown {
    if (!hasCode(error, Code.namespaceExists)) return error;
    return new MigrationFailed(
      `The destination already holds ${namespaceOf(to)}, to which the source renamed a collection. Drop it on the destination and try again.`,
    );
  }

  private async exists(at: { db: string; name: string }): Promise<boolean> {
    const { cursor } = await this.ground.destination.command(at.db, {
      listCollections: 1,
      filter: { name: at.name },
      nameOnly: true,
    });
    return cursor.firstBatch.length > 0;
  }

  private async modify(moved: Moved): Promise<void> {
    const { source, destination } = this.ground;
    const name = await moved.source.currentName(source.control);
    // When it is gone a later event tells.
    if (!name) return;
    const [from, to] = await Promise.all([readOne(source, { db: moved.source.db, name }), readOne(destination, moved)]);
    const [wanted, there] = [from.collections[0], to.collections[0]];
    if (wanted?.uuid === moved.state.uuid && there) await matchOptions(destination, wanted, there, false);
    await this.indexes(moved);
  }

  private async indexes(moved: Moved): Promise<void> {
    const { source, destination } = this.ground;
    const name = await moved.source.currentName(source.control);
    // When it is gone a later event tells.
    if (name) await matchIndexes(source, destination, { db: moved.source.db, name }, moved, false);
  }
}
