import { type RateBucket, REFILL_SECONDS, rateBuckets } from '../contract/rate-limits.ts';
import { fail } from './failure.ts';
import type { Mounted } from './operation.ts';

/** The bucket an operation's calls take from: its own, or that of the place it is inside. */
export const bucketOf = ({ bucket, inside }: Mounted): RateBucket =>
  bucket ?? (inside === 'org' || inside === 'group' ? inside : 'user');

export interface Allowance {
  limit: number;
  remaining: number;
}

interface Level {
  tokens: number;
  at: number;
}

/** Buckets that have been full for so long are forgotten. */
const FORGET_MS = 10 * 60_000;

/**
 * Token buckets in this process's memory: several servers on one store each grant the full rate, which is the milder
 * mistake. `enforced` false still counts, so that the headers keep their shape.
 */
export function createRateLimits(now: () => number, enforced: boolean) {
  const levels = new Map<string, Level>();
  let swept = now();

  function sweep(at: number): void {
    if (at - swept < FORGET_MS) return;
    swept = at;
    for (const [key, level] of levels) if (at - level.at > FORGET_MS) levels.delete(key);
  }

  /** Takes one token. Throws RATE_LIMITED_TOKEN_BUCKET when there is none. */
  return (name: RateBucket, scope: string, path: string): Allowance => {
    const { capacity, refill } = rateBuckets[name];
    const key = `${name} ${scope}`;
    const at = now();
    sweep(at);
    const before = levels.get(key) ?? { tokens: capacity, at };
    // A clock that was set back gives nothing, and takes nothing either.
    const tokens = Math.min(capacity, before.tokens + (Math.max(0, at - before.at) / 1_000 / REFILL_SECONDS) * refill);
    if (tokens < 1) {
      levels.set(key, { tokens, at });
      const wait = Math.ceil(((1 - tokens) / refill) * REFILL_SECONDS);
      if (enforced)
        throw fail('RATE_LIMITED_TOKEN_BUCKET', path.replace(/^\//, ''), wait, capacity, refill, REFILL_SECONDS);
      return { limit: capacity, remaining: 0 };
    }
    levels.set(key, { tokens: tokens - 1, at });
    return { limit: capacity, remaining: Math.floor(tokens - 1) };
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;
