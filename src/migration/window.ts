import type { Change, ChangeBatch } from './feed.ts';

/** What became of one document in a stretch of time. */
export interface Dirty {
  /**
   * Gone; made or replaced with these very bytes, then changed by the diffs; changed by the diffs alone; or changed in a
   * way that the source knows.
   */
  what: 'delete' | 'put' | 'diff' | 'fetch';
  /** It was made in this time, and stands where it was made last. */
  made: boolean;
  idType: number;
  id: Buffer;
  document: Buffer | undefined;
  diffs: Buffer[];
}

export const keyOf = (type: number, id: Buffer): string => `${type}${id.toString('latin1')}`;

/** A document that changed more often, or by more, is sooner read once than changed step by step. */
const MOST_DIFFS = 30;
const MOST_DIFF_BYTES = 2 << 20;

/**
 * The changes of a stretch of time, one entry per document. What came before a document was deleted, made or replaced
 * does not count. Writing a state that is older or newer than the stretch is no harm, since every later change has an
 * entry of its own that comes later: it replaces the document, or it is a diff, which may be applied to a later state
 * too when all that follow it are.
 */
export class Window {
  readonly collections = new Map<string, Map<string, Dirty>>();
  changes = 0;
  /** What is held for it. */
  bytes = 0;
  /** Diffs are applied as such. */
  private readonly diffs: boolean;
  private readonly releases: (() => void)[] = [];

  constructor(diffs: boolean) {
    this.diffs = diffs;
  }

  add(change: Change & { uuid: string; id: Buffer }): void {
    let dirty = this.collections.get(change.uuid);
    if (!dirty) {
      dirty = new Map();
      this.collections.set(change.uuid, dirty);
    }
    const { kind, idType, id, document, diff } = change;
    const key = keyOf(idType, id);
    this.changes++;
    if (kind === 'update' && diff && this.diffs) {
      addDiff(dirty, key, change, diff);
      return;
    }
    const what = kind === 'delete' ? 'delete' : kind !== 'update' && document ? 'put' : 'fetch';
    const made = kind === 'insert' || (kind !== 'delete' && dirty.get(key)?.made === true);
    if (kind === 'insert') dirty.delete(key);
    dirty.set(key, { what, made, idType, id, document: what === 'put' ? document : undefined, diffs: [] });
  }

  /** The buffers that the entries point into are needed until the window is applied. */
  keep({ bytes, release }: ChangeBatch): void {
    this.bytes += bytes;
    this.releases.push(release);
  }

  release(): void {
    for (const release of this.releases.splice(0)) release();
  }
}

function addDiff(dirty: Map<string, Dirty>, key: string, change: { idType: number; id: Buffer }, diff: Buffer): void {
  const known = dirty.get(key);
  if (!known) {
    const { idType, id } = change;
    dirty.set(key, { what: 'diff', made: false, idType, id, document: undefined, diffs: [diff] });
  } else if (known.what === 'put' || known.what === 'diff') known.diffs.push(diff);
  const now = dirty.get(key)!;
  if (now.diffs.length <= MOST_DIFFS && now.diffs.reduce((sum, it) => sum + it.length, 0) <= MOST_DIFF_BYTES) return;
  now.what = 'fetch';
  now.document = undefined;
  now.diffs = [];
}
