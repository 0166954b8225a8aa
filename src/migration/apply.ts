import type { Dirty, Window } from './window.ts';
import { chunks, diffBytes, type Target, type Writes } from './writes.ts';

/**
 * Brings changed documents of the destination to the state of the source. The delta of a change stream loses the order
 * of fields and cannot tell a dotted name from a path, so the document is read from the source as it is now and
 * replaced. The diff of an oplog has neither fault, and the destination applies it as it would one of its own.
 */
export class Applier {
  private readonly writes: Writes;

  constructor(writes: Writes) {
    this.writes = writes;
  }

  async apply(window: Window, targetOf: (uuid: string) => Target | undefined): Promise<void> {
    await allSettled(
      [...window.collections].map(async ([uuid, dirty]) => {
        const target = targetOf(uuid);
        // Collections that were gone before the catalogue was read are no longer anybody's.
        if (!target) return;
        const all = [...dirty.values()];
        await (target.capped ? this.inOrder(target, all) : this.atOnce(target, all));
      }),
    );
  }

  private async atOnce(target: Target, dirty: readonly Dirty[]): Promise<void> {
    const only = (what: Dirty['what']) => dirty.filter((it) => it.what === what);
    const each = async (some: Dirty[], bytes: (it: Dirty) => number, work: (chunk: Dirty[]) => Promise<void>) =>
      allSettled([...chunks(some, bytes)].map(work));
    // Under a collation, or as 1 and 1.0, two identifiers may be one to the destination. Whatever takes the place of
    // a deleted one comes after it, so deletes go first.
    await each(only('delete'), idBytes, (chunk) => this.writes.remove(target, chunk));
    const change = (some: Dirty[]) => each(some, diffBytes, (chunk) => this.writes.applyDiffs(target, chunk));
    await allSettled([
      each(only('put'), documentBytes, (chunk) => this.writes.insert(target, chunk.map(documentOf))),
      each(only('fetch'), idBytes, (chunk) => this.writes.fetch(target, chunk)),
      change(only('diff')),
    ]);
    await change(only('put').filter((it) => it.diffs.length));
  }

  /**
   * The order of a capped collection is its content too, and what it drops follows from it. A document that was made is
   * put behind all others even when it was copied already, at the place of a time when it was the last.
   */
  private async inOrder(target: Target, dirty: readonly Dirty[]): Promise<void> {
    const { writes } = this;
    for (const run of runs(dirty)) {
      const [{ what, made }] = run;
      const bytes = { delete: idBytes, put: documentBytes, fetch: idBytes, diff: diffBytes }[what];
      for (const chunk of chunks(run, bytes)) {
        if (what === 'delete' || made) await writes.remove(target, chunk);
        if (what === 'put') {
          const documents = chunk.map(documentOf);
          await (made ? writes.insert(target, documents) : writes.replace(target, documents));
        } else if (what === 'fetch') await writes.fetch(target, chunk);
        const changed = chunk.filter((it) => it.diffs.length);
        if (changed.length) await writes.applyDiffs(target, changed);
      }
    }
  }
}

const idBytes = (it: Dirty): number => it.id.length;
const documentBytes = (it: Dirty): number => it.document!.length;
const documentOf = (it: Dirty): Buffer => it.document!;

/** Entries that follow each other and are written alike. Of several that are read again the order would be lost. */
function runs(dirty: readonly Dirty[]): [Dirty, ...Dirty[]][] {
  const found: [Dirty, ...Dirty[]][] = [];
  for (const it of dirty) {
    const run = found.at(-1);
    const alike = run && run[0].what === it.what && run[0].made === it.made && !(it.made && it.what === 'fetch');
    if (alike) run.push(it);
    else found.push([it]);
  }
  return found;
}

/** Waits for all even when one fails: buffers must not be given back under a write that is still going on. */
export async function allSettled(work: Promise<unknown>[]): Promise<void> {
  for (const it of await Promise.allSettled(work)) if (it.status === 'rejected') throw it.reason;
}
