import type { Chosen } from './choose-feed.ts';
import type { Ground } from './ground.ts';
import type { Meter } from './progress.ts';
import type { Verified } from './verify.ts';

/** How a migration ended. */
export interface Report {
  documents: number;
  bytes: number;
  collections: number;
  changes: number;
  /** Where the changes were read in the end. */
  changesFrom: Chosen['from'];
  seconds: number;
  cutoverSeconds: number;
  verified: Verified;
  /** The source still refuses writes. */
  writesBlocked: boolean;
}

/** What the phases note down as they go is all that the report and the figures are made of. */
export function reportOf(
  { collections, state }: Ground,
  ended: Pick<Report, 'changesFrom' | 'cutoverSeconds' | 'verified' | 'writesBlocked'>,
): Report {
  const states = [...collections.values()].map((it) => it.state);
  return {
    documents: states.reduce((sum, it) => sum + it.documents, 0),
    bytes: states.reduce((sum, it) => sum + it.bytes, 0),
    collections: states.length,
    changes: state.changes,
    seconds: state.seconds,
    ...ended,
  };
}

/** Brings the figures up to date. */
export function measure({ now }: Meter, { collections, state, limits }: Ground): void {
  const states = [...collections.values()].map((it) => it.state);
  now.collectionsTotal = states.length;
  now.collectionsCopied = states.filter((it) => it.copied).length;
  now.documentsCopied = states.reduce((sum, it) => sum + it.documents, 0);
  now.bytesCopied = states.reduce((sum, it) => sum + it.bytes, 0);
  // The source may have grown since it was measured.
  now.documentsTotal = states.reduce((sum, it) => sum + Math.max(it.expectedDocuments, it.documents), 0);
  now.bytesTotal = states.reduce((sum, it) => sum + Math.max(it.expectedBytes, it.bytes), 0);
  const { bytesPerSecond } = limits.throttle;
  const isHeld = now.phase === 'copying' && Number.isFinite(bytesPerSecond);
  now.bytesPerSecondAllowed = isHeld ? Math.round(bytesPerSecond) : undefined;
  now.changesApplied = state.changes;
}
