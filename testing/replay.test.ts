// What clients sent to the living Atlas gets the same answers here: the class of the status, the error code, and every
// field with its type. What differs is listed with its reason, and a reason that no longer holds fails the test.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { harness, type TestHouse } from './house.ts';
import { type CompareShapes, type Departure, type Exchange, Names, replay } from './replay.ts';

const RECORDED = '../shared/atlas/recorded/given.jsonl';
const SHAPES = '../shared/atlas/conformance/lib/shapes.mjs';
const skip = existsSync(RECORDED) ? false : `${RECORDED} is not here`;
const { open } = harness();
/** Some requests name days that were to come when they were recorded. */
const clock = { now: () => new Date('2026-11-23T08:30:00Z') };
const PATIENCE_MS = 20_000;

interface Exception {
  suite: string;
  operationId?: string;
  /** Part of what the departure says. */
  detail: string;
  why: string;
  /** Whether it shows depends on how fast things go. */
  sometimes?: true;
}

interface Suite {
  /** What stood there when it was recorded. */
  before?(house: TestHouse): Promise<unknown>;
  /** With real clusters, whose answers are waited for. */
  running?: boolean;
}

/** Suites that are replayed as far as their operations are there. */
const suites: Record<string, Suite> = {
  'clusters/m0/clustersm0': { running: true },
  'generic/accesslists': {},
  'generic/customdbroles': {},
  'generic/dbusers': {},
  'generic/integrations': {},
  'generic/maintenance': {},
  'generic/projectsettings': {},
  'iam/atlasorgapikeyaccesslist': {},
  'iam/atlasorgapikeys': {},
  'iam/atlasorginvitations': {},
  'iam/atlasorgs': {
    before: ({ api, owner }) =>
      api('POST', `/orgs/${owner.orgId}/users`, {
        username: 'waiting@example.com',
        roles: { orgRoles: ['ORG_MEMBER'] },
      }),
  },
  'iam/atlasprojects': {},
  'iam/atlasprojectteams': {},
  'iam/atlasteams': {},
  'interactive/setupforce': { running: true },
  'livemigrations/livemigrations': {},
  'networking/privateendpoint': {},
};

const exceptions: Exception[] = [
  ...['clusters/m0/clustersm0', 'interactive/setupforce'].map((suite) => ({
    ...{ suite, detail: '/connectionStrings/standardSrv' },
    why: 'clusters on loopback have no name in the DNS',
  })),
  {
    ...{ suite: 'interactive/setupforce', operationId: 'getGroupCluster', detail: '404 CLUSTER_NOT_FOUND' },
    why: 'a cluster is gone sooner here',
    sometimes: true,
  },
  {
    ...{ suite: 'generic/customdbroles', detail: '/resources/*/cluster' },
    why: 'only the list of Atlas shows false for a privilege on a namespace',
  },
  {
    ...{ suite: 'networking/privateendpoint', detail: 'UNSUPPORTED_FOR_CURRENT_CONFIG' },
    why: 'only a cloud has private endpoints',
  },
  ...['iam/atlasorgs', 'iam/atlasprojects', 'iam/atlasprojectteams', 'iam/atlasteams'].map((suite) => ({
    ...{ suite, detail: '/results/*/lastAuth' },
    why: 'nobody has signed in yet',
  })),
];

/** Recorded by their names; the ids of what stood there before the recording began. */
const ORG = 'a0123456789abcdef012345a';
const GROUP = 'b0123456789abcdef012345b';

function recorded(): Map<string, Exchange[]> {
  const all = new Map<string, Exchange[]>();
  for (const line of readFileSync(RECORDED, 'utf8').split('\n').filter(Boolean)) {
    const it = JSON.parse(line) as Exchange;
    all.set(it.suite, [...(all.get(it.suite) ?? []), it]);
  }
  return all;
}

const covers = (exception: Exception, it: Departure): boolean =>
  it.exchange.startsWith(`${exception.suite}#`) &&
  (exception.operationId ?? it.operationId) === it.operationId &&
  it.detail.includes(exception.detail);

test('recorded exchanges get the answers that were recorded', { skip }, async () => {
  const { compareShapes } = (await import(pathToFileURL(SHAPES).href)) as { compareShapes: CompareShapes };
  const all = recorded();
  const departures: Departure[] = [];
  const surprises = (it: Departure) => !exceptions.some((exception) => covers(exception, it));
  for (const [suite, { before, running = false }] of Object.entries(suites)) {
    const house = await open({ clock, running, clusterSettings: { scale: 'small', anyVersion: true } });
    const { api, as, owner, operations } = house;
    const { body } = await api('POST', '/groups', { name: 'already there', orgId: owner.orgId });
    const names = new Names({ [ORG]: owner.orgId, [GROUP]: body.id });
    await before?.(house);
    const nobody = as({ publicKey: 'nobodys', privateKey: 'none' });
    const patienceMs = running ? PATIENCE_MS : 0;
    const done = await replay(all.get(suite) ?? [], {
      api,
      nobody,
      operations,
      names,
      compareShapes,
      patienceMs,
      surprises,
    });
    assert.ok(done.replayed > 0, `${suite} has nothing to replay`);
    departures.push(...done.departures);
  }
  const unexplained = departures.filter(surprises);
  const stale = exceptions.filter(
    (exception) => !exception.sometimes && !departures.some((it) => covers(exception, it)),
  );
  const line = ({ exchange, operationId, kind, detail }: Departure) => `${exchange} ${operationId} ${kind} ${detail}`;
  assert.deepEqual({ unexplained: unexplained.map(line), stale }, { unexplained: [], stale: [] });
});
