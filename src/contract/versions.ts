/** Dates on which a version of any operation appeared. */
export type VersionDate = `${number}-${number}-${number}`;

/** `preview` is asked for by its name alone: no date leads to it. */
export type Version = VersionDate | 'preview';

/** What an answer can be besides JSON; the suffix of the media type that asks for it. */
export type Format = 'json' | 'csv' | 'gzip';

/** What the undated surfaces show: v1.0 and v1.5 are plain JSON views of these dates. */
export const undated = { 'v1.0': '2023-01-01', 'v1.5': '2023-02-01' } as const;

/** `Thu, 1 Jul 2027 00:00:00 GMT`: Atlas does not pad the day. */
export const httpDate = (date: VersionDate): string => new Date(`${date}T00:00:00Z`).toUTCString().replace(/, 0/, ', ');
