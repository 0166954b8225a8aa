/** Which namespaces a migration is about, each `database` or `database.collection`. */
export interface Selection {
  /** Nothing but these; absent or empty, everything. */
  include?: readonly string[];
  /** Not these, whatever is included. */
  exclude?: readonly string[];
}

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
    const named = (it: string) => it === db || it === `${db}.*` || it === `${db}.${name}`;
    return (!this.include.length || this.include.some(named)) && !this.exclude.some(named);
  }
}
