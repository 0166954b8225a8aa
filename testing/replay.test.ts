// What clients sent to the living Atlas gets the same answers here: the class of the status, the error code, and every
// field with its type. What differs is listed with its reason, and a reason that no longer holds fails the test.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { TestCaller } from './caller.ts';
import { harness, type TestHouse } from './house.ts';
import { type CompareShapes, type Departure, type Exchange, Names, replay, type Without } from './replay.ts';
import { covers, exceptions } from './replay-exceptions.ts';

const RECORDED = '../shared/atlas/recorded/given.jsonl';
const SHAPES = '../shared/atlas/conformance/lib/shapes.mjs';
const skip = existsSync(RECORDED) ? false : `${RECORDED} is not here`;
const { open } = harness();
/** Some requests name days that were to come when they were recorded. */
const clock = { now: () => new Date('2026-11-23T08:30:00Z') };
const PATIENCE_MS = 60_000;
/** Suites that are replayed at once; most of their time goes by while clusters start. */
const AT_ONCE = 6;

/** What stood there when a suite was recorded. */
const before: Record<string, (api: TestCaller, orgId: string) => Promise<unknown>> = {
  'iam/atlasorgs': (api, orgId) =>
    api('POST', `/orgs/${orgId}/users`, { username: 'waiting@example.com', roles: { orgRoles: ['ORG_MEMBER'] } }),
};

const omit = (name: string) => (body: Record<string, unknown>) => {
  const { [name]: _, ...rest } = body;
  return rest;
};
const without: Without = {
  backupEnabled: omit('backupEnabled'),
  pitEnabled: omit('pitEnabled'),
  clusterType: ({ replicationSpecs, ...body }) => ({
    ...body,
    clusterType: 'REPLICASET',
    replicationSpecs: (replicationSpecs as unknown[]).slice(0, 1),
  }),
};

/** Recorded by their names; the ids of what stood there before the recording began. */
const ORG = 'a0123456789abcdef012345a';
const GROUP = 'b0123456789abcdef012345b';

const surprises = (it: Departure) => !exceptions.some((exception) => covers(exception, it));

function recorded(): Map<string, Exchange[]> {
  const all = new Map<string, Exchange[]>();
  for (const line of readFileSync(RECORDED, 'utf8').split('\n').filter(Boolean)) {
    const it = JSON.parse(line) as Exchange;
    all.set(it.suite, [...(all.get(it.suite) ?? []), it]);
  }
  return all;
}

/** One suite, in an organization of its own. */
async function replaySuite(house: TestHouse, suite: string, exchanges: Exchange[], compareShapes: CompareShapes) {
  const key = { desc: 'replays', roles: ['ORG_OWNER'] };
  const { body: made } = await house.api('POST', '/orgs', { name: suite.replaceAll('/', ' '), apiKey: key });
  const api = house.as(made.apiKey);
  const { body: group } = await api('POST', '/groups', { name: 'already there', orgId: made.organization.id });
  await before[suite]?.(api, made.organization.id);
  return replay(exchanges, {
    ...{ api, nobody: house.as({ publicKey: 'nobodys', privateKey: 'none' }), operations: house.operations },
    names: new Names({ [ORG]: made.organization.id, [GROUP]: group.id }),
    ...{ compareShapes, without, surprises, patienceMs: PATIENCE_MS },
  });
}

test('recorded exchanges get the answers that were recorded', { skip }, async () => {
  const { compareShapes } = (await import(pathToFileURL(SHAPES).href)) as { compareShapes: CompareShapes };
  const house = await open({ clock, running: true, clusterSettings: { scale: 'small', anyVersion: true } });
  const suites = [...recorded()];
  const departures: Departure[] = [];
  const work = async () => {
    for (let next = suites.shift(); next; next = suites.shift())
      departures.push(...(await replaySuite(house, ...next, compareShapes)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const unexplained = departures.filter(surprises);
  const stale = exceptions.filter((one) => !one.sometimes && !departures.some((it) => covers(one, it)));
  const line = ({ exchange, operationId, kind, detail }: Departure) => `${exchange} ${operationId} ${kind} ${detail}`;
  assert.deepEqual({ unexplained: unexplained.map(line), stale }, { unexplained: [], stale: [] });
});
