import { MongoServerError } from 'mongodb';

/** True when a unique index refused the write. Classified by code, never by message. */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11000;
