import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { type Link, link, progress, request } from '../../../testing/link.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { type Act, EXTENSION_MS, type Place, placeOf, READY_LIFE_MS, refusals } from './lifecycle.ts';
import { AGENT_SILENCE_MS, type Job } from './model.ts';

const { open } = harness();

const HOUR = 3_600_000;

function movable() {
  let now = new Date('2026-03-01T00:00:00.000Z').getTime();
  const pass = (ms: number) => {
    now += ms;
  };
  return { now: () => new Date(now), pass };
}
type Moved = ReturnType<typeof movable>;

interface Stage {
  house: TestHouse;
  clock: Moved;
  linked: Link;
  base: string;
  start(): Promise<string>;
  job(id: string): Promise<Job>;
}

/** A destination and a linked source; without `running` nobody works on what is ordered. */
async function stage(running: boolean): Promise<Stage> {
  const clock = movable();
  const house = await open({ clock, running });
  const groupId = await newProject(house);
  const clusters = house.state.db.collection<{ _id: string }>('clusters');
  if (running) await newCluster(house, groupId, 'target');
  else {
    await house.api('POST', `/groups/${groupId}/clusters`, {
      ...{ name: 'target', clusterType: 'REPLICASET' },
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: 'AWS',
              regionName: 'EU_CENTRAL_1',
              priority: 7,
              electableSpecs: { instanceSize: 'M10', nodeCount: 1 },
            },
          ],
        },
      ],
    });
    await clusters.updateOne({}, { $set: { 'status.state': 'IDLE' } });
  }
  const linked = await link(house);
  const { projectId } = (await linked.introduce()).body;
  const base = `/groups/${groupId}/liveMigrations`;
  return {
    ...{ house, clock, linked, base },
    async start() {
      await linked.introduce();
      const made = await house.api('POST', base, request(groupId, projectId));
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body._id;
    },
    job: async (id) => (await house.state.db.collection<Job>('migrationJobs').findOne({ _id: id }))!,
  };
}

/** The ways to each place, as an agent and the time lead there; the controller's part is written into the job. */
const ways: Record<string, [place: Place, way: (it: Stage, id: string) => Promise<unknown>]> = {
  'just ordered': ['new', async () => {}],
  copying: ['copying', (it, id) => works(it, id, { phase: 'copying', readyForCutover: false })],
  ready: ['ready', (it, id) => works(it, id, {})],
  'no longer nearly in sync': [
    'behind',
    async (it, id) => {
      await works(it, id, {});
      await works(it, id, { readyForCutover: false, lagSeconds: 900 });
    },
  ],
  'with a silent agent': [
    'behind',
    async (it, id) => {
      await works(it, id, {});
      it.clock.pass(AGENT_SILENCE_MS);
    },
  ],
  'cutting over': [
    'cutting over',
    async (it, id) => {
      await works(it, id, {});
      assert.equal((await it.house.api('PUT', `${it.base}/${id}/cutover`)).status, 202);
    },
  ],
  complete: [
    'ended',
    async (it, id) => {
      await ways['cutting over']![1](it, id);
      assert.equal((await it.linked.report({ jobId: id, done: {} })).status, 200);
    },
  ],
  failed: ['ended', (it, id) => it.linked.report({ jobId: id, failed: 'Could not reach specified source: no.' })],
  cancelled: ['ended', (it, id) => it.house.api('POST', `/api/telamon/v1${it.base}/${id}:cancel`)],
};

async function works({ house, linked }: Stage, id: string, said: object): Promise<void> {
  await house.state.db.collection<Job>('migrationJobs').updateOne({ _id: id }, { $set: { status: 'WORKING' } });
  assert.equal((await linked.report({ jobId: id, progress: progress(said) })).status, 200);
}

const acts: Record<
  Act,
  { call(it: Stage, id: string): Promise<{ status: number; body: { detail?: string } }>; allowed: number; leads: Place }
> = {
  cutover: {
    call: ({ house, base }, id) => house.api('PUT', `${base}/${id}/cutover`),
    allowed: 202,
    leads: 'cutting over',
  },
  extend: {
    call: ({ house, base }, id) => house.api('POST', `/api/telamon/v1${base}/${id}:extend`),
    allowed: 200,
    leads: 'ready',
  },
  cancel: {
    call: ({ house, base }, id) => house.api('POST', `/api/telamon/v1${base}/${id}:cancel`),
    allowed: 202,
    leads: 'ended',
  },
  complete: { call: ({ linked }, id) => linked.report({ jobId: id, done: {} }), allowed: 200, leads: 'ended' },
};

test('every act in every place: allowed or refused as the table says, and a refusal changes nothing', async () => {
  const it = await stage(false);
  const tried = new Set<string>();
  for (const [way, [place, lead]] of Object.entries(ways)) {
    for (const [act, { call, allowed, leads }] of Object.entries(acts) as [Act, (typeof acts)[Act]][]) {
      const told = `${act} when ${way}`;
      const id = await it.start();
      await lead(it, id);
      const before = await it.job(id);
      assert.equal(placeOf(before, it.clock.now()), place, told);
      const answer = await call(it, id);
      const after = await it.job(id);
      const why = refusals[act][place];
      tried.add(`${act}/${place}`);
      if (why) {
        assert.equal(answer.status, 400, told);
        assert.ok(answer.body.detail!.includes(`live migration ${id} is ${before.status}: ${why}`), answer.body.detail);
        assert.deepEqual(after, before, told);
      } else {
        assert.equal(answer.status, allowed, `${told}: ${JSON.stringify(answer.body)}`);
        // An end is the end: what an agent still says after it is taken note of by nobody.
        if (place === 'ended') assert.deepEqual(after, before, told);
        else if (act !== 'extend') assert.equal(placeOf(after, it.clock.now()), leads, told);
      }
      await acts.cancel.call(it, id);
    }
  }
  assert.equal(tried.size, 4 * 6, 'every pair was tried');
});

test('the timer: 120 hours from the first time that it is ready, 24 more for each extension', async () => {
  const it = await stage(false);
  const id = await it.start();
  const own = `/api/telamon/v1${it.base}/${id}`;
  await ways.ready![1](it, id);
  const first = it.clock.now().getTime() + READY_LIFE_MS;
  assert.equal((await it.house.api('GET', own)).body.expiresAt, '2026-03-06T00:00:00Z');
  it.clock.pass(HOUR);
  await ways['no longer nearly in sync']![1](it, id);
  assert.equal((await it.job(id)).expiresAt!.getTime(), first, 'being ready once more starts no new timer');
  const both = await Promise.all([0, 1].map(() => it.house.api('POST', `${own}:extend`)));
  assert.deepEqual(both.map((at) => [at.status, at.body.expiresAt]).sort(), [
    [200, '2026-03-07T00:00:00Z'],
    [200, '2026-03-08T00:00:00Z'],
  ]);
  assert.equal((await it.job(id)).expiresAt!.getTime(), first + 2 * EXTENSION_MS);
});

test('a migration that nobody cuts over expires when its timer ends, and not before; one that is cut over never does', async () => {
  const it = await stage(true);
  const status = async (id: string) => (await it.house.api('GET', `${it.base}/${id}`)).body.status;
  const ready = async () => {
    const id = await it.start();
    await until(
      () => status(id),
      (at) => at === 'WORKING',
    );
    await it.linked.report({ jobId: id, progress: progress() });
    return id;
  };
  const looked = async () => {
    // The controller lists what is unfinished again and again; a validation that waits too long shows that it has.
    const { status: made, body } = await it.house.api('POST', `${it.base}/validate`, await asked(it));
    assert.equal(made, 200, JSON.stringify(body));
    it.clock.pass(2 * 60_000);
    const verdict = async () => (await it.house.api('GET', `${it.base}/validate/${body._id}`)).body;
    assert.match((await until(verdict, (at) => at.status === 'FAILED')).errorMessage, /did not answer/);
  };

  const id = await ready();
  const own = `/api/telamon/v1${it.base}/${id}`;
  assert.equal((await it.house.api('POST', `${own}:extend`)).status, 200);
  it.clock.pass(READY_LIFE_MS + EXTENSION_MS - HOUR);
  await looked();
  assert.equal(await status(id), 'WORKING');
  it.clock.pass(HOUR);
  await until(
    () => status(id),
    (at) => at === 'EXPIRED',
  );
  const told = (await it.house.api('GET', own)).body;
  assert.match(told.errorMessage, /not cut over by 2026-03-07T00:00:00Z, when its timer ran out\. Start a new one\./);
  const late = await it.house.api('PUT', `${it.base}/${id}/cutover`);
  assert.match(late.body.detail, /is EXPIRED: it has ended/);
  const { results } = (
    await it.house.api('GET', `/groups/${it.base.split('/')[2]}/events?eventType=CLUSTER_IMPORT_EXPIRED`)
  ).body;
  assert.equal(results.length, 1);
  await until(
    () => it.job(id),
    (at) => at.sealedPassword === undefined,
  );

  const next = await ready();
  assert.equal((await it.house.api('PUT', `${it.base}/${next}/cutover`)).status, 202);
  it.clock.pass(10 * READY_LIFE_MS);
  await looked();
  assert.equal(await status(next), 'WORKING');
});

/** The body of a request, once the agent has been heard of again. */
async function asked({ linked, base }: Stage): Promise<object> {
  const { projectId } = (await linked.introduce()).body;
  return request(base.split('/')[2]!, projectId);
}
