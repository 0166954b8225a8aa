import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { echoed, links as linksReply } from '../../kernel/wire.ts';
import { type AccessEntry, MAX_ENTRIES } from './model.ts';

const orNull = Type.Optional(Type.Union([Type.String(), Type.Null()]));

export interface EntryWire {
  cidrBlock?: string | null;
  ipAddress?: string | null;
}

const entries = (...shown: string[]) =>
  Type.Array(
    Type.Object({ cidrBlock: orNull, ipAddress: orNull, ...echoed(...shown) }, { additionalProperties: false }),
    { maxItems: MAX_ENTRIES },
  );

export const KeyEntries = entries('count', 'created', 'lastUsed', 'lastUsedAddress', 'links');
export const AccountEntries = entries('requestCount', 'createdAt', 'lastUsedAt', 'lastUsedAddress');

const address = { cidrBlock: Type.String(), ipAddress: Type.Optional(Type.String()) };
const lastUsedAddress = Type.Optional(Type.String());

export const KeyEntry = Type.Object({
  ...address,
  count: Type.Integer(),
  created: Type.String(),
  lastUsed: Type.Optional(Type.String()),
  lastUsedAddress,
  links: linksReply,
});
export const AccountEntry = Type.Object({
  ...address,
  requestCount: Type.Integer(),
  createdAt: Type.String(),
  lastUsedAt: Type.Optional(Type.String()),
  lastUsedAddress,
});

/** The entry is named by its address where it has one. */
export const nameOf = (entry: AccessEntry): string => entry.ipAddress ?? entry.cidrBlock;

/** `list` is the path of the list it stands in. */
export const writeKeyEntry = (entry: AccessEntry, list: string, links: Links) => ({
  cidrBlock: entry.cidrBlock,
  ipAddress: entry.ipAddress,
  count: entry.count,
  created: wireInstant(entry.created),
  lastUsed: entry.lastUsed && wireInstant(entry.lastUsed),
  lastUsedAddress: entry.lastUsedAddress,
  links: [links.self(`${list}/${encodeURIComponent(nameOf(entry)).replaceAll('%3A', ':')}`)],
});

export const writeAccountEntry = (entry: AccessEntry) => ({
  cidrBlock: entry.cidrBlock,
  ipAddress: entry.ipAddress,
  requestCount: entry.count,
  createdAt: wireInstant(entry.created),
  lastUsedAt: entry.lastUsed && wireInstant(entry.lastUsed),
  lastUsedAddress: entry.lastUsedAddress,
});
