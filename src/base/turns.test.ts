import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Tx } from './state.ts';
import { createTurns } from './turns.ts';

const session = () => new EventEmitter() as unknown as Tx & EventEmitter;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('transactions on one document go one after the other, on different ones together', async () => {
  const take = createTurns();
  const [a, b, c, d] = [session(), session(), session(), session()];
  const order: string[] = [];
  const wants = (name: string, key: string, tx: Tx) => take(key, tx).then(() => order.push(name));
  const all = [wants('a', 'x', a), wants('b', 'x', b), wants('c', 'x', c), wants('d', 'y', d)];
  await turn();
  assert.deepEqual(order, ['a', 'd']);
  a.emit('ended');
  await turn();
  assert.deepEqual(order, ['a', 'd', 'b']);
  b.emit('ended');
  await Promise.all(all);
  assert.deepEqual(order, ['a', 'd', 'b', 'c']);
});

test('a transaction that begins anew keeps its turn, and two that wait for each other go on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const take = createTurns();
  const [a, b] = [session(), session()];
  await take('x', a);
  await take('x', a);
  await take('y', b);
  const both = Promise.all([take('y', a), take('x', b)]);
  t.mock.timers.tick(2_000);
  await both;
});
