import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapStatistics } from 'node:v8';
import { createRest } from './rest.ts';

const spare = () => {
  const { total_heap_size, used_heap_size } = getHeapStatistics();
  return total_heap_size - used_heap_size;
};

/** Objects that outlive a few collections, so that the heap grows; then nobody holds them any more. */
function litter(): number {
  let held: object[] = [];
  for (let n = 0; n < 2_000_000; n++) held.push({ n, of: [n] });
  const { total_heap_size } = getHeapStatistics();
  held = [];
  return total_heap_size;
}

test('memory is given back at rest, and never while there is work', () => {
  let cpu = 0;
  const rest = createRest(() => cpu);
  const most = litter();
  cpu += 3_600_000_000;
  assert.equal(rest.look(), false, 'a server that works is let alone');
  assert.ok(rest.look());
  const { total_heap_size } = getHeapStatistics();
  assert.ok(total_heap_size < most - 50 * 2 ** 20, `${total_heap_size} of ${most}`);
  assert.ok(spare() < 32 * 2 ** 20, `${spare()}`);
  assert.equal(rest.look(), false, 'there is nothing left to give back');
});
