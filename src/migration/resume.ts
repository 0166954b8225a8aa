import { Timestamp } from 'mongodb';
import { find, text } from './bson.ts';

/** Where the reading of changes goes on: the token of a change stream as the source made it, or a time of the oplog. */

/** Raw token for all that comes after the oplog entry of this time. */
export function oplogToken(ts: bigint): Buffer {
  const token = Buffer.alloc(17);
  token.writeInt32LE(17);
  token.write('\x11ts\0', 4, 'latin1');
  token.writeBigUInt64LE(ts, 8);
  return token;
}

export const isOplogToken = (token: Buffer): boolean => find(token, 0, 'ts') !== undefined;

/** The time a token stands for. Every token of a change stream begins with it: type byte 0x82, seconds, increment. */
export function timeOf(token: Buffer): Timestamp {
  const ts = find(token, 0, 'ts');
  if (ts) return new Timestamp(token.readBigUInt64LE(ts.value));
  const data = text(token, find(token, 0, '_data')!);
  return new Timestamp({ t: Number.parseInt(data.slice(2, 10), 16), i: Number.parseInt(data.slice(10, 18), 16) });
}
