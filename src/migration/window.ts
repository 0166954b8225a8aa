import type { Change } from './changes.ts';

/** What became of one document: gone, written with these very bytes, or changed in a way that the source knows. */
export interface Dirty {
  what: 'delete' | 'put' | 'fetch';
  idType: number;
  id: Buffer;
  document: Buffer | undefined;
}

export const keyOf = (type: number, id: Buffer): string => `${type}${id.toString('latin1')}`;

/**
 * The changes of a stretch of time, one entry per document. Only the last change of a document counts: writing a state
 * that is older or newer than the stretch is no harm, since every later change has an event of its own that comes later.
 */
export class Window {
  readonly collections = new Map<string, Map<string, Dirty>>();
  changes = 0;
  bytes = 0;
  private readonly releases: (() => void)[] = [];

  add(change: Change & { uuid: string; id: Buffer }): void {
    let dirty = this.collections.get(change.uuid);
    if (!dirty) {
      dirty = new Map();
      this.collections.set(change.uuid, dirty);
    }
    const { idType, id, document } = change;
    const what = change.kind === 'delete' ? 'delete' : change.kind !== 'update' && document ? 'put' : 'fetch';
    dirty.set(keyOf(idType, id), { what, idType, id, document: what === 'put' ? document : undefined });
    this.changes++;
    this.bytes += (document?.length ?? 0) + id.length;
  }

  /** The buffers that the entries point into are needed until the window is applied. */
  keep(release: () => void): void {
    this.releases.push(release);
  }

  release(): void {
    for (const release of this.releases.splice(0)) release();
  }
}
