import { MongoBulkWriteError, MongoServerError } from 'mongodb';

/** True when a unique index refused the write. Classified by code, never by message. */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11000;

/** True when of many writes none failed but for a unique index; one such among other failures hides none of them. */
export const areDuplicateKeys = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  error.result.getWriteConcernError() === undefined &&
  [error.writeErrors].flat().every((it) => it.code === 11000);
