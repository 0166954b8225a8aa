import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { clear, migrate, quiet, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { until } from '../../testing/wait.ts';
import { Consideration, Pace } from './consideration.ts';
import type { Deployment } from './deployment.ts';
import { Throttle } from './throttle.ts';

const MB = 1e6;

/** A source whose writes, a hundred from one look to the next, take so many microseconds each. */
function sourceOf() {
  const done = { count: 0, micros: 0 };
  const pace = new Pace({ ...done });
  const look = (micros: number, read: number, count = 100) => {
    done.count += count;
    done.micros += micros * count;
    pace.saw({ ...done }, read);
    return pace.rate;
  };
  return { pace, look };
}

test('a copy is held back when writes become slower, and gets its speed back when they are as before', () => {
  const { look } = sourceOf();
  assert.equal(look(1_000, 0), Number.POSITIVE_INFINITY);
  assert.equal(look(6_000, 80 * MB), Number.POSITIVE_INFINITY, 'a little slower is nobody harmed');
  assert.equal(look(20_000, 80 * MB), 40 * MB);
  assert.equal(look(20_000, 40 * MB), 20 * MB);
  assert.equal(look(1_000, 20 * MB), 25 * MB);
  assert.equal(look(1_000, 24 * MB), 31.25 * MB);
  assert.equal(look(1_000, 10 * MB), Number.POSITIVE_INFINITY, 'something else limits it by now');
});

test('a source that nobody writes to holds nothing back, and neither do writes that have ended', () => {
  const { look } = sourceOf();
  for (let n = 0; n < 5; n++) assert.equal(look(0, 80 * MB, 0), Number.POSITIVE_INFINITY);
  look(1_000, 80 * MB);
  for (let n = 0; n < 3; n++) look(50_000, 80 * MB);
  assert.equal(look(50_000, 10 * MB), 5 * MB);
  assert.equal(look(50_000, 10 * MB, 2), 5 * MB, 'too few to tell');
  for (let n = 0; n < 20; n++) look(0, 80 * MB, 0);
  assert.equal(look(0, 80 * MB, 0), Number.POSITIVE_INFINITY);
});

test('writes that are slow whatever the copy does are what is usual', () => {
  const { look } = sourceOf();
  look(1_000, 0);
  for (let n = 0; n < 10; n++) look(50_000, 2 * MB);
  assert.ok(look(50_000, 2 * MB) > 2 * MB);
  look(1_000, 2 * MB);
  assert.ok(look(50_000, 80 * MB) < 80 * MB, 'until they are fast again');
});

test('a source that may no longer be asked is not held back for ever', async () => {
  const throttle = new Throttle(Number.POSITIVE_INFINITY, new AbortController().signal);
  const [done, source] = [
    { ops: 0, latency: 0 },
    { micros: 1_000, mayAsk: true },
  ];
  const attempt = async () => {
    done.ops += 100;
    done.latency += 100 * source.micros;
    return source.mayAsk ? { opLatencies: { writes: { ...done } } } : undefined;
  };
  const consideration = await Consideration.open(
    { source: { attempt } as unknown as Deployment, log: quiet },
    throttle,
  );
  await consideration!.during(async () => {
    source.micros = 50_000;
    await until(() => throttle.bytesPerSecond, Number.isFinite);
    source.mayAsk = false;
    await until(
      () => throttle.bytesPerSecond,
      (it) => it === Number.POSITIVE_INFINITY,
      10_000,
    );
  });
  const refused = await Consideration.open({ source: { attempt } as unknown as Deployment, log: quiet }, throttle);
  assert.equal(refused, undefined);
});

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const documents = (n: number) => Array.from({ length: n }, (_, at) => ({ at, fill: 'x'.repeat(1_000) }));
async function fill(thousands: number): Promise<void> {
  const large = sets.source.client.db('app').collection('large');
  for (let n = 0; n < thousands; n++) await large.insertMany(documents(1_000));
}

/** How much longer a write takes while more is read of the source than it bears; short, so that there are enough in a look. */
const PAINFUL_MS = 60;

interface Suffering {
  /** How long a write of the application took on average while the copy ran, in milliseconds. */
  ms: number;
  isHeld: boolean;
  /** Of the whole copy. */
  bytesPerSecond: number;
}

/** A copy of a source that bears so many bytes per second. */
async function suffering(maxBytesPerSecond: number | undefined, bears: number): Promise<Suffering> {
  const { client } = sets.source;
  const own = client.db('app').collection('own');
  const sent = async () => Number((await client.db('admin').command({ serverStatus: 1 })).network.bytesOut);
  const times: number[] = [];
  let [isHeld, over, began, ended] = [false, false, 0, 0];
  const migration = migrate(sets, {
    maxBytesPerSecond,
    onProgress: (p) => {
      isHeld ||= p.bytesPerSecondAllowed !== undefined;
      over ||= p.phase !== 'preparing' && p.phase !== 'copying';
      if (p.phase === 'copying') began ||= performance.now();
      if (over) ended ||= performance.now();
    },
  });
  const application = (async () => {
    const seen = [{ at: performance.now(), bytes: await sent() }];
    for (let pain = 0; !over; ) {
      const asked = performance.now();
      await own.updateOne({ _id: 1 as never, $where: `sleep(${pain}) || true` }, { $inc: { n: 1 } });
      if (migration.progress().phase === 'copying') times.push(performance.now() - asked);
      await wait(20);
      // Over the last second, since a copy reads in bursts.
      const now = { at: performance.now(), bytes: await sent() };
      seen.push(now);
      while (now.at - seen[0]!.at > 1_000) seen.shift();
      const seconds = Math.max(0.5, (now.at - seen[0]!.at) / 1_000);
      pain = (now.bytes - seen[0]!.bytes) / seconds > bears ? PAINFUL_MS : 0;
    }
  })();
  // It was at work long before.
  await wait(500);
  const run = migration.run();
  await application;
  await migration.stop();
  await assert.rejects(run, { name: 'MigrationStopped' });
  const { bytesCopied } = migration.progress();
  const ms = times.reduce((sum, it) => sum + it, 0) / times.length;
  return { ms, isHeld, bytesPerSecond: bytesCopied / ((ended - began) / 1_000) };
}

test('a source whose writes suffer from being read is read more slowly, and they suffer less', async (t) => {
  await clear(sets);
  // Some seconds even of a fast machine, so that there is something to hold back.
  await fill(300);
  await sets.source.client
    .db('app')
    .collection('own')
    .insertOne({ _id: 1 as never });
  const { bytesPerSecond } = await suffering(1e12, Number.POSITIVE_INFINITY);
  // Whatever this machine makes of it at the moment.
  const bears = bytesPerSecond / 3;
  const reckless = await suffering(1e12, bears);
  const considerate = await suffering(undefined, bears);
  t.diagnostic(`a write took ${reckless.ms.toFixed(1)} ms, with consideration ${considerate.ms.toFixed(1)} ms`);
  assert.ok(considerate.isHeld);
  assert.ok(considerate.ms < reckless.ms, `${considerate.ms} < ${reckless.ms}`);
});

test('where nobody writes, the copy is never held back', async () => {
  await clear(sets);
  await fill(40);
  const allowed = new Set<number | undefined>();
  const migration = migrate(sets, {
    onProgress: (p) => {
      allowed.add(p.bytesPerSecondAllowed);
      if (ready(p)) migration.cutover();
    },
  });
  await migration.run();
  assert.deepEqual([...allowed], [undefined]);
});
