import { totalmem } from 'node:os';
import type { CloudProvider } from '../../contract/regions.ts';

/** What an instance size means for one mongod of this host. */
export interface Size {
  /** WiredTiger's cache: half of the RAM that Atlas gives the size, less one GB, and never less than mongod's least. */
  cacheGB: number;
  maxConnections: number;
  /** What is shown when a caller names none; disks of this host are not cut to size. */
  diskSizeGB: number;
}

const size = (cacheGB: number, maxConnections: number, diskSizeGB: number): Size => ({
  cacheGB,
  maxConnections,
  diskSizeGB,
});

/** By the number in the name: M40, R40, M40_NVME and M40_GEN_2 are one row. docs/clusters.md shows this table. */
export const sizes: Readonly<Record<number, Size>> = {
  0: size(0.25, 500, 0.5),
  2: size(0.25, 500, 2),
  5: size(0.25, 500, 5),
  10: size(0.5, 1_500, 10),
  20: size(1.5, 3_000, 20),
  30: size(3.5, 3_000, 40),
  40: size(7.5, 6_000, 80),
  50: size(15.5, 16_000, 160),
  60: size(31.5, 32_000, 320),
  80: size(63.5, 96_000, 750),
  90: size(79.5, 96_000, 1_000),
  100: size(79.5, 96_000, 1_000),
  140: size(95.5, 96_000, 1_000),
  200: size(127.5, 128_000, 1_500),
  250: size(159.5, 128_000, 2_000),
  300: size(191.5, 128_000, 2_000),
  400: size(243.5, 128_000, 3_000),
  600: size(299.5, 128_000, 4_000),
  700: size(383.5, 128_000, 4_000),
};

const series = (letter: string, numbers: readonly number[], suffix = '') =>
  numbers.map((it) => `${letter}${it}${suffix}`);

/** The sizes each provider offers. */
export const sizesOf: Readonly<Record<CloudProvider, readonly string[]>> = {
  AWS: [
    ...series('M', [10, 20, 30, 40, 50, 60, 80, 100, 140, 200, 300]),
    ...series('R', [40, 50, 60, 80, 200, 300, 400, 700]),
    ...series('M', [40, 50, 60, 80, 200, 400], '_NVME'),
    ...series('M', [30, 40, 50, 60, 80, 140, 200, 300], '_GEN_2'),
    ...series('R', [40, 50, 60, 80, 200, 300, 400, 700], '_GEN_2'),
    ...series('M', [40, 50, 60, 80, 200, 400], '_NVME_GEN_2'),
  ],
  AZURE: [
    ...series('M', [10, 20, 30, 40, 50, 60, 80, 90, 200]),
    ...series('R', [40, 50, 60, 80, 200, 300, 400]),
    ...series('M', [60, 80, 200, 300, 400, 600], '_NVME'),
  ],
  GCP: [
    ...series('M', [10, 20, 30, 40, 50, 60, 80, 140, 200, 250, 300, 400]),
    ...series('R', [40, 50, 60, 80, 200, 300, 400, 600]),
    ...series('M', [30, 40, 50, 60, 80, 140, 200], '_GEN_2'),
    ...series('R', [40, 50, 60, 80, 200, 300, 400], '_GEN_2'),
  ],
};

export const tenantSizes: readonly string[] = ['M0', 'M2', 'M5'];

/** By which sizes are larger or smaller. */
export const numberIn = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);

export const sizeOf = (name: string): Size => sizes[numberIn(name)] ?? sizes[10]!;

/** No member may plan with more than an eighth of this host's memory, whatever its size is called. */
export const cacheGBOf = (name: string): number =>
  Math.max(0.25, Math.min(sizeOf(name).cacheGB, Math.floor(totalmem() / 2 ** 33 / 0.25) * 0.25));
