import { isIP } from 'node:net';

/** Whether `text` is one IPv4 or IPv6 address, or a block of them in CIDR notation. */
export function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const kind = isIP(address);
  if (!kind || more !== undefined || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128));
}
