import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether `text` is one IPv4 or IPv6 address, or a block of them in CIDR notation. */
export function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const kind = isIP(address);
  if (!kind || more !== undefined || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128));
}

/** An entry of an access list: a block, and the address when it holds just one. */
export interface AddressBlock {
  cidrBlock: string;
  ipAddress?: string;
}

/** Address or block in the one form in which lists keep and compare it; undefined when it is neither. */
export function addressBlock(text: string): AddressBlock | undefined {
  if (!isAddressOrBlock(text)) return undefined;
  const [written, bits] = text.split('/');
  const given = ipaddr.parse(written!);
  const address = ipaddr.process(written!);
  // An IPv4 address in the clothes of IPv6 is taken for what it is, unless the block reaches beyond them.
  const hidden = given.kind() === 'ipv6' && address.kind() === 'ipv4';
  const length = bits === undefined ? undefined : Number(bits) - (hidden ? 96 : 0);
  const it = length !== undefined && length < 0 ? given : address;
  const most = it.kind() === 'ipv4' ? 32 : 128;
  const prefix = length === undefined ? most : length < 0 ? Number(bits) : length;
  const name = it.toNormalizedString();
  return { cidrBlock: `${name}/${prefix}`, ...(prefix === most ? { ipAddress: name } : {}) };
}

/** Those of the blocks, each in CIDR notation, in which `address` lies; none when a proxy gave something else for one. */
export function blocksAround(address: string, blocks: readonly string[]): string[] {
  if (!ipaddr.isValid(address)) return [];
  const from = ipaddr.process(address);
  return blocks.filter((block) => {
    const [net, bits] = ipaddr.parseCIDR(block);
    return net.kind() === from.kind() && from.match(net as ipaddr.IPv4, bits);
  });
}
