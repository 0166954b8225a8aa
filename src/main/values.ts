// What options of the command line may be, and what is said where they are not.
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { isAddressOrBlock } from '../base/addresses.ts';
import { byteRate } from '../base/byte-rate.ts';
import type { Door } from './up.ts';

/** Of the name service; the usual port belongs to the system. */
export const DNS: Door = { host: '127.0.0.1', port: 8053 };

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** A zone of the name service in which clusters get names, without the dot at its end. */
export function zone(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  if (!labels.every((it) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(it)))
    throw new InvalidArgumentError('A zone is letters, digits and hyphens between dots, like db.example.com.');
  // Drivers follow no SRV record whose name has fewer than three parts.
  if (labels.length < 2) throw new InvalidArgumentError('A zone has two parts or more, like db.example.com.');
  // Names have 253 signs at most.
  if (name.length > 180) throw new InvalidArgumentError('A zone has 180 signs at most: clusters have names below it.');
  return name;
}

export function door(text: string): Door {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]+)\]|([^[\]:]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (!host || !isIP(host)) throw new InvalidArgumentError('An address and a port like 127.0.0.1:8053.');
  return { host, port: portNumber(port!) };
}

export function maxRate(text: string): number {
  const rate = byteRate(text);
  if (rate === undefined) throw new InvalidArgumentError('A rate above zero, in bytes per second, like 20MB.');
  return rate;
}

export function publicUrl(text: string): string {
  if (!/^https?:\/\/[^/]+\/?$/.test(text)) throw new InvalidArgumentError('A URL like https://telamon.example.com.');
  return text.replace(/\/$/, '');
}

export function proxies(text: string, before: readonly string[] = []): string[] {
  if (!isAddressOrBlock(text)) throw new InvalidArgumentError('An address or a block of them like 10.0.0.0/8.');
  return [...before, text];
}
