import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { ObjectId } from 'mongodb';

/** A new 24-digit hexadecimal identifier, as Atlas gives to everything. */
export const newId = (): string => new ObjectId().toHexString();

export const isId = (text: string): boolean => /^[a-f0-9]{24}$/.test(text);

/** Public half of an API key: eight lowercase letters. */
export const newPublicKey = (): string =>
  Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** Private half of an API key: a UUID. */
export const newPrivateKey = (): string => randomUUID();

/** Random text safe in a URI, `bytes` bytes of entropy. */
export const newSecret = (bytes = 24): string => randomBytes(bytes).toString('base64url');
