// Where the demo takes place: what its steps hand on.
import type { Atlas } from './atlas.ts';
import type { Child } from './children.ts';

export interface Stage {
  /** Everything the demo writes is below this. */
  root: string;
  /** Where the conformance proxy is found; none is used when absent. */
  conformance?: string;
  /** Has the end of the demo run it, last one first, whatever happens. */
  afterwards(what: () => Promise<unknown>): void;
}

export interface House {
  /** Where Atlas's API answers; the proxy when there is one. */
  url: string;
  own: string;
  data: string;
  up: Child;
  first: Atlas;
}

export interface Place {
  api: Atlas;
  member: Atlas;
  orgId: string;
  groupId: string;
  clusterId: string;
  destination: string;
}
