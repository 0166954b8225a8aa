/** Token buckets as Atlas documents them: tokens a bucket holds, and tokens that come back every 60 seconds. */
export const rateBuckets = {
  org: { capacity: 500, refill: 250 },
  group: { capacity: 1_200, refill: 500 },
  clusters: { capacity: 10_000, refill: 5_000 },
  /** Custom roles and access of cloud providers. */
  roles: { capacity: 2_000, refill: 1_000 },
  privateEndpoints: { capacity: 4_000, refill: 2_000 },
  search: { capacity: 500, refill: 250 },
  user: { capacity: 300, refill: 100 },
} as const;

export type RateBucket = keyof typeof rateBuckets;

export const REFILL_SECONDS = 60;

/** Tokens that a client may ask for from one address. */
export const oauthTokenLimit = { requests: 50, minutes: 1 };
