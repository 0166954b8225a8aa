import ipaddr from 'ipaddr.js';
import { isAddressOrBlock } from '../../base/addresses.ts';

/** An address or block from which a project's clusters may be reached. */
export interface AccessListEntry {
  /** `<groupId>/<canonical block>`: two spellings of one block are one entry. */
  _id: string;
  groupId: string;
  /** As it was given, with its bits. */
  cidrBlock: string;
  comment?: string;
  /** When it ends by itself. */
  deleteAfterDate?: Date;
  created: Date;
}

/** Source: the project's limit `atlas.project.security.networkAccess.entries`. */
export const MAX_ENTRIES = 200;
export const MAX_DAYS = 7;
export const MAX_COMMENT = 80;

/**
 * Where users may come from while a project has no entry: this machine. Atlas lets nobody in then, and neither does
 * this server from outside; but clusters listen on loopback, and who is on the machine has to begin somewhere.
 */
export const THIS_MACHINE: readonly string[] = ['127.0.0.0/8', '::1/128'];

/** An address or block with its bits: `10.0.0.1` becomes `10.0.0.1/32`. Undefined when it is neither. */
export function asBlock(text: string): string | undefined {
  const block = text.trim().toLowerCase();
  if (!isAddressOrBlock(block)) return undefined;
  return block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`;
}

/** The same text for every spelling of the same block. */
function canonical(block: string): string {
  const { IPv4, IPv6 } = ipaddr;
  const network = (block.includes(':') ? IPv6 : IPv4).networkAddressFromCIDR(block);
  return `${network}/${block.split('/')[1]}`;
}

export const entryId = (groupId: string, block: string): string => `${groupId}/${canonical(block)}`;

/** The one address that a block is, if it is one. */
export const addressOf = (block: string): string | undefined => {
  const [address = '', bits] = block.split('/');
  return Number(bits) === (address.includes(':') ? 128 : 32) ? address : undefined;
};

export const isExpired = (it: Pick<AccessListEntry, 'deleteAfterDate'>, now: Date): boolean =>
  it.deleteAfterDate !== undefined && it.deleteAfterDate <= now;
