export interface Random {
  /** A number from 0 up to but not including 1. */
  next(): number;
  /** A whole number of milliseconds or of anything else, both ends included. */
  between(least: number, most: number): number;
  pick<T>(of: readonly T[]): T;
}

/** The same numbers for the same seed (a 32-bit xorshift with multiplication). */
export function seeded(seed: number): Random {
  let state = (seed + 0x6d2b79f5) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (of) => of[Math.floor(next() * of.length)]!,
  };
}
