import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coalesce } from './coalesce.ts';

/** A store whose lookups end when they are told to. */
function slowStore() {
  const rows = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const asked: { keys: readonly string[]; end(): void; fail(error: Error): void }[] = [];
  const find = coalesce<number>(
    (keys) =>
      new Promise((resolve, reject) => {
        asked.push({
          keys,
          end: () => resolve(new Map([...rows].filter(([key]) => keys.includes(key)))),
          fail: reject,
        });
      }),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { rows, asked, find, turn };
}

test('what is wanted while a lookup is under way goes into the next one, each key once', async () => {
  const { asked, find, turn } = slowStore();
  const first = [find('a'), find('a'), find('b')];
  await turn();
  assert.deepEqual(asked[0]!.keys, ['a', 'b']);
  const second = [find('b'), find('x')];
  await turn();
  assert.equal(asked.length, 1);
  asked[0]!.end();
  assert.deepEqual(await Promise.all(first), [1, 1, 2]);
  await turn();
  assert.deepEqual(asked[1]!.keys, ['b', 'x']);
  asked[1]!.end();
  assert.deepEqual(await Promise.all(second), [2, undefined]);
});

test('nobody gets an answer that was asked for before them', async () => {
  const { rows, asked, find, turn } = slowStore();
  const before = find('a');
  await turn();
  rows.delete('b');
  asked[0]!.end();
  const after = find('b');
  assert.equal(await before, 1);
  await turn();
  asked[1]!.end();
  assert.equal(await after, undefined);
});

test('a lookup that fails fails for those who waited for it, and for nobody after', async () => {
  const { asked, find, turn } = slowStore();
  const one = [find('a'), find('b')].map((it) => it.catch((error: Error) => error.message));
  await turn();
  const two = find('a');
  asked[0]!.fail(new Error('no store'));
  assert.deepEqual(await Promise.all(one), ['no store', 'no store']);
  await turn();
  asked[1]!.end();
  assert.equal(await two, 1);
});
