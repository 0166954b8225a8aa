import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRate } from './byte-rate.ts';

test('rates as people write them', () => {
  const read = ['20MB', '20 mb/s', '1.5GiB', '500000', '64kb', '1B', '0', '-1', 'MB', '20 parsecs', ''].map(byteRate);
  assert.deepEqual(read, [20e6, 20e6, 1.5 * 2 ** 30, 500_000, 64_000, ...Array(6).fill(undefined)]);
});
