import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { type ControllerOptions, createController, Hopeless } from './controller.ts';

const log = pino({ level: 'silent' });

/** Something to await until it has happened so many times. */
function counter() {
  const seen = new EventTarget();
  const it = {
    count: 0,
    up: () => {
      it.count++;
      seen.dispatchEvent(new Event('up'));
    },
    async reaches(n: number): Promise<void> {
      while (it.count < n) await once(seen, 'up');
    },
  };
  return it;
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Stopped when its test ends, also when that fails. */
function build(t: TestContext, options: Partial<ControllerOptions> & Pick<ControllerOptions, 'reconcile'>) {
  const controller = createController({ name: 'test', list: async () => [], log, relistMs: 60_000, ...options });
  t.after(() => controller.stop());
  return controller;
}

test('wakes that come during a pass cause one more pass, and passes of one key never overlap', async (t) => {
  const [began, first] = [counter(), gate()];
  let [now, most] = [0, 0];
  const controller = build(t, {
    async reconcile() {
      most = Math.max(most, ++now);
      began.up();
      if (began.count === 1) await first.opened;
      now--;
      return undefined;
    },
  });
  controller.start();
  controller.wake('a');
  await began.reaches(1);
  for (let n = 0; n < 5; n++) controller.wake('a');
  first.open();
  await began.reaches(2);
  await controller.stop();
  assert.deepEqual({ passes: began.count, most }, { passes: 2, most: 1 });
});

test('different keys run at once, up to the limit', async (t) => {
  const [began, hold] = [counter(), gate()];
  const controller = build(t, {
    concurrency: 2,
    async reconcile() {
      began.up();
      await hold.opened;
      return undefined;
    },
  });
  controller.start();
  for (const key of ['a', 'b', 'c']) controller.wake(key);
  await began.reaches(2);
  await new Promise(setImmediate);
  assert.equal(began.count, 2);
  hold.open();
  await began.reaches(3);
  await controller.stop();
});

test('what is listed is worked on without a wake, again and again', async (t) => {
  const passes = counter();
  const controller = build(t, {
    list: async () => ['a'],
    relistMs: 5,
    async reconcile() {
      passes.up();
      return undefined;
    },
  });
  controller.start();
  await passes.reaches(3);
  await controller.stop();
});

test('a pass that throws is tried again, each time later; a success resets that; every cause is told', async (t) => {
  const passes = counter();
  const at: number[] = [];
  const told: string[] = [];
  const controller = build(t, {
    async reconcile() {
      at.push(performance.now());
      passes.up();
      if (passes.count !== 4) throw new Error(`cause ${passes.count}`);
      return { again: 0 };
    },
    failed: async (_key, error) => void told.push(error.message),
  });
  controller.start();
  controller.wake('a');
  await passes.reaches(6);
  await controller.stop();
  const gaps = at.slice(1).map((it, n) => it - at[n]!);
  const between = (gap: number | undefined, low: number, high: number) =>
    assert.ok(gap !== undefined && gap >= low - 5 && gap <= high + 150, `${gaps}`);
  between(gaps[0], 50, 100);
  between(gaps[1], 100, 200);
  between(gaps[2], 200, 400);
  between(gaps[4], 50, 100);
  assert.deepEqual(told.slice(0, 4), ['cause 1', 'cause 2', 'cause 3', 'cause 5']);
});

// A failure is noted in the very document that is watched: its echo woke the key at once, so that backoff never came.
test('the echo of a noted failure does not undo the backoff', async (t) => {
  const passes = counter();
  const controller = build(t, {
    async reconcile() {
      passes.up();
      throw new Error('no');
    },
    failed: async (key) => {
      controller.wake(key);
      setTimeout(() => controller.wake(key), 1);
    },
  });
  controller.start();
  controller.wake('a');
  const began = performance.now();
  await passes.reaches(4);
  await controller.stop();
  assert.ok(performance.now() - began >= 50 + 100 + 200 - 5, `${performance.now() - began}`);
});

// Listing woke what was hopeless every few seconds, more often than what merely failed.
test('what is hopeless rests until it is woken, however often it is listed', async (t) => {
  const [lists, passes] = [counter(), counter()];
  const told: string[] = [];
  const controller = build(t, {
    relistMs: 2,
    list: async () => {
      lists.up();
      return ['a'];
    },
    async reconcile() {
      passes.up();
      throw new Hopeless('never');
    },
    failed: async (_key, error) => void told.push(error.name),
  });
  controller.start();
  await passes.reaches(1);
  await lists.reaches(lists.count + 5);
  assert.equal(passes.count, 1);
  controller.wake('a');
  await passes.reaches(2);
  await controller.stop();
  assert.deepEqual(told, ['Hopeless', 'Hopeless']);
});

test('a failure that cannot be noted, or a listing that fails, ends nothing', async (t) => {
  const [lists, passes] = [counter(), counter()];
  const controller = build(t, {
    relistMs: 2,
    list: async () => {
      lists.up();
      if (lists.count === 1) throw new Error('the store is away');
      return ['a'];
    },
    async reconcile() {
      passes.up();
      throw new Error('no');
    },
    failed: async () => {
      throw new Error('the store is away');
    },
  });
  controller.start();
  await passes.reaches(2);
  await controller.stop();
});

test('stop aborts the passes in flight and waits for them; both ends can be called twice; it starts again', async (t) => {
  const began = counter();
  let ended = 0;
  const controller = build(t, {
    async reconcile(_key, signal) {
      began.up();
      if (!signal.aborted) await once(signal, 'abort');
      await new Promise(setImmediate);
      ended++;
      return { again: 1 };
    },
  });
  await controller.stop();
  controller.start();
  controller.start();
  controller.wake('a');
  await began.reaches(1);
  await Promise.all([controller.stop(), controller.stop()]);
  assert.equal(ended, 1);
  controller.wake('a');
  controller.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(began.count, 1, 'a pass asked for before the stop must not come after it');
  controller.wake('a');
  await began.reaches(2);
  await controller.stop();
});
