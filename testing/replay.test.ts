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

interface Exception {
  suite: string;
  operationId?: string;
  /** Part of what the departure says. */
  detail: string;
  why: string;
}

/** Suites that are replayed, and what stood there when they were recorded. */
const suites: Record<string, { before?(house: TestHouse): Promise<unknown> }> = {
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
  'livemigrations/livemigrations': {},
};

const exceptions: Exception[] = [
  { suite: 'generic/dbusers', detail: 'oidcAuthType', why: 'users of these clusters have a password' },
  { suite: 'generic/dbusers', detail: 'USERNAME_NOT_FOUND', why: 'the user of an identity provider was not made' },
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
  for (const [suite, { before }] of Object.entries(suites)) {
    const house = await open();
    const { api, owner, operations } = house;
    const { body } = await api('POST', '/groups', { name: 'already there', orgId: owner.orgId });
    const names = new Names({ [ORG]: owner.orgId, [GROUP]: body.id });
    await before?.(house);
    const done = await replay(all.get(suite) ?? [], { api, operations, names, compareShapes });
    assert.ok(done.replayed > 0, `${suite} has nothing to replay`);
    departures.push(...done.departures);
  }
  const unexplained = departures.filter((it) => !exceptions.some((exception) => covers(exception, it)));
  const stale = exceptions.filter((exception) => !departures.some((it) => covers(exception, it)));
  const line = ({ exchange, operationId, kind, detail }: Departure) => `${exchange} ${operationId} ${kind} ${detail}`;
  assert.deepEqual({ unexplained: unexplained.map(line), stale }, { unexplained: [], stale: [] });
});
