import { ChangeStream } from './changes.ts';
import type { Deployment } from './deployment.ts';
import { Code, hasCode, MigrationFailed } from './errors.ts';
import type { ChangeSource, Feed } from './feed.ts';
import type { Ground } from './ground.ts';
import { OplogFeed } from './oplog.ts';
import { isOplogToken, timeOf } from './resume.ts';
import { following, OWN_DATABASE } from './segment.ts';

export interface Chosen {
  feed: Feed;
  from: Exclude<ChangeSource, 'auto'>;
  /** Updates are applied as the oplog says them; otherwise changed documents are read from the source. */
  diffs: boolean;
}

type Needed = Pick<Ground, 'source' | 'destination' | 'checkpoint' | 'state' | 'log' | 'changes'>;

/** Opens what the changes are read from, where the migration stands. What was begun with one of them goes on with it. */
export async function openFeed({ source, destination, checkpoint, state, log, changes }: Needed): Promise<Chosen> {
  const { token, at } = state;
  const bound = token && !isOplogToken(token);
  if (!bound && changes !== 'change-stream') {
    if (await mayReadOplog(source)) {
      const diffs = await takesDiffs(destination, checkpoint.within('probe'));
      const feed = new OplogFeed(await source.open(), token ? timeOf(token) : at);
      await feed.open();
      log.info({ reader: 'oplog', updates: diffs ? 'as in the oplog' : 'read again' }, 'following changes');
      return { feed, from: 'oplog', diffs };
    }
    if (changes === 'oplog') {
      throw new MigrationFailed(
        'The source user may not read local.oplog.rs. Grant it the role backup, or let the changes be read from the change stream.',
      );
    }
  }
  const feed = new ChangeStream(await source.open());
  const from = token && !bound ? timeOf(token) : at;
  await feed.open(bound ? { token } : { at: following(from) });
  log.info({ reader: 'change stream' }, 'following changes');
  return { feed, from: 'change-stream', diffs: false };
}

async function mayReadOplog(source: Deployment): Promise<boolean> {
  const command = { find: 'oplog.rs', limit: 1, singleBatch: true, readConcern: { level: 'majority' } };
  return (await source.attempt('local', command, Code.unauthorized)) !== undefined;
}

/**
 * True when the destination applies an update of the oplog as it would to its own. Most of all it must put a field that
 * is said to be new behind the others even when it is there already: only so an update that is applied once more, to a
 * document that was copied after it, leaves no other order of fields.
 */
async function takesDiffs(destination: Deployment, collection: string): Promise<boolean> {
  const run = (command: object) => destination.command(OWN_DATABASE, { ...command, writeConcern: { w: 'majority' } });
  const q = { _id: 1 };
  const diff = (it: object) => ({ $_internalApplyOplogUpdate: { oplogUpdate: { $v: 2, diff: it } } });
  await run({ update: collection, updates: [{ q, u: { _id: 1, a: 1, b: { c: 1 } }, upsert: true }] });
  try {
    const u = [diff({ i: { a: 2 } }), diff({ sb: { u: { c: 2 } } })];
    const { writeErrors } = await run({ update: collection, updates: [{ q, u }] });
    if (writeErrors) return false;
    const { cursor } = await destination.command(OWN_DATABASE, { find: collection, filter: q });
    return JSON.stringify(cursor.firstBatch[0]) === '{"_id":1,"b":{"c":2},"a":2}';
  } catch (error) {
    // Whatever the reason, documents can always be read again instead; what is not about this stage shows there.
    if (hasCode(error, Code.unauthorized, ...REFUSED)) return false;
    throw error;
  } finally {
    await run({ drop: collection });
  }
}

/** An unknown stage, and one that is kept for the members of a cluster. */
const REFUSED = [40_324, 5_491_300, 9, 72];
