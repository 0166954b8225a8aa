/** Token buckets as Atlas documents them: tokens a bucket holds, and tokens that come back every 60 seconds. */
export const rateBuckets = {
  org: { capacity: 500, refill: 250 },
  group: { capacity: 1_200, refill: 500 },
  clusters: { capacity: 10_000, refill: 5_000 },
  user: { capacity: 300, refill: 100 },
} as const;

export type RateBucket = keyof typeof rateBuckets;

export const REFILL_SECONDS = 60;
