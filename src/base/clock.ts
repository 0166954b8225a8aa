/** The only source of time, so that tests can move it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Atlas prints instants in UTC without a fraction: `2026-08-10T03:02:59Z`. */
export const wireInstant = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');
