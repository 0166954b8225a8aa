import { type AddressBlock, addressBlock } from '../../base/addresses.ts';

/** One place from which the holder of a credential may call. */
export interface AccessEntry extends AddressBlock {
  created: Date;
  /** Calls that came from inside of it. */
  count: number;
  lastUsed?: Date;
  lastUsedAddress?: string;
}

/** A key or account, as far as its access list goes. Without entries it may call from anywhere. */
export interface Holder {
  _id: string;
  accessList: AccessEntry[];
}

/** Entries a list may have; source: the published interface. */
export const MAX_ENTRIES = 200;

/** `block` is an address or block that has been checked. */
export const newEntry = (block: string, created: Date): AccessEntry => ({ ...addressBlock(block)!, created, count: 0 });
