import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimits } from './rate-limit.ts';

// A server whose clock was set back by an hour refused everybody for as long: what was left had become a debt.
test('a clock that is set back takes nothing', () => {
  let now = 10_000_000;
  const take = createRateLimits(() => now, true);
  const full = take('org', 'a', '/x').remaining;
  now -= 3_600_000;
  assert.equal(take('org', 'a', '/x').remaining, full - 1);
  now += 1_000;
  assert.ok(take('org', 'a', '/x').remaining >= full - 1, 'and goes on giving from there');
});
