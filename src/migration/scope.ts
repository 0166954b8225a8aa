/** Which namespaces a migration is about, each `database` or `database.collection`. */
export interface Selection {
  /** Nothing but these; absent or empty, everything. */
  include?: readonly string[];
  /** Not these, whatever is included. */
  exclude?: readonly string[];
}

const BUCKETS = 'system.buckets.';
/** A time series is a view on a collection of this name, which is what is moved. */
export const isBuckets = (name: string): boolean => name.startsWith(BUCKETS);
/** The name that users know a collection by. */
export const knownAs = (name: string): string => (isBuckets(name) ? name.slice(BUCKETS.length) : name);

/** Decides whether a namespace is moved at all. */
export class Scope {
  private readonly include: readonly string[];
  private readonly exclude: readonly string[];

  constructor({ include = [], exclude = [] }: Selection = {}) {
    this.include = include;
    this.exclude = exclude;
  }

  /** True when something is left out. */
  get isPartial(): boolean {
    return this.include.length + this.exclude.length > 0;
  }

  has({ db, name }: { db: string; name: string }): boolean {
    const named = (it: string) => it === db || it === `${db}.*` || it === `${db}.${knownAs(name)}`;
    return (!this.include.length || this.include.some(named)) && !this.exclude.some(named);
  }
}
