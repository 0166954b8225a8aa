// Which role opens which operation: all roles against all that is mounted, and against what the published interface asks.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type GroupRole,
  groupRoles,
  groupRolesOfOrgRole,
  impliedGroupRoles,
  impliedOrgRoles,
  type OrgRole,
  orgRoles,
  type Role,
  roleTitle,
} from '../src/contract/roles.ts';
import { authorize } from '../src/kernel/authorize.ts';
import { Failure } from '../src/kernel/failure.ts';
import type { Caller, Directory, Mounted } from '../src/kernel/operation.ts';
import { harness } from './house.ts';
import { mountedOperations } from './mounted.ts';

const { open } = harness();

const [ORG, OTHER_ORG, GROUP, OTHER_GROUP] = ['a', 'b', 'c', 'd'].map((it) => it.repeat(24)) as [string, ...string[]];
const directory = {
  org: async (id: string) =>
    [ORG, OTHER_ORG].includes(id) ? { id, name: 'o', apiAccessListRequired: false } : undefined,
  group: async (id: string) =>
    id === GROUP || id === OTHER_GROUP ? { id, name: 'g', orgId: id === GROUP ? ORG : OTHER_ORG } : undefined,
} as Directory;
const caller = (it: { org?: OrgRole; group?: GroupRole }): Caller => ({
  kind: 'apiKey',
  id: '1',
  name: 'key',
  orgRoles: it.org ? { [ORG]: [it.org] } : {},
  groupRoles: it.group ? { [GROUP!]: [it.group] } : {},
  accessList: [],
});
const operations = mountedOperations();
const placed = operations.filter((it) => it.inside === 'org' || it.inside === 'group');

/** The refusal's code, or undefined for whoever is let in. */
async function refusal(it: Mounted, who: Caller, place = { orgId: ORG, groupId: GROUP! }): Promise<string | undefined> {
  try {
    await authorize(it, who, place, '127.0.0.1', directory);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}
const opens = (it: Mounted, held: readonly Role[]) => it.roles.some((role) => held.includes(role));

test('each role opens the operations that ask for it or for what follows from it, and no other', async () => {
  assert.ok(placed.length > 30);
  for (const it of placed) {
    for (const org of orgRoles) {
      const held = [...impliedOrgRoles(org), ...(it.inside === 'group' ? groupRolesOfOrgRole(org) : [])];
      const inside = it.inside === 'org' || groupRolesOfOrgRole(org).length > 0;
      const expected =
        opens(it, held) || (inside && !it.roles.length) ? undefined : inside ? 'USER_UNAUTHORIZED' : 'NOT_IN_GROUP';
      assert.equal(await refusal(it, caller({ org })), expected, `${it.id} ${org}`);
    }
    for (const group of groupRoles) {
      const isGroup = it.inside === 'group';
      const may = isGroup && (opens(it, impliedGroupRoles(group)) || !it.roles.length);
      const expected = may ? undefined : isGroup ? 'USER_UNAUTHORIZED' : 'USER_CANNOT_ACCESS_ORG';
      assert.equal(await refusal(it, caller({ group })), expected, `${it.id} ${group}`);
    }
  }
});

test('strangers, what is not there and what is no id answer alike on every operation', async () => {
  for (const it of placed) {
    const isGroup = it.inside === 'group';
    const owner = caller({ org: 'ORG_OWNER', group: 'GROUP_OWNER' });
    const at = (id: string) => ({ orgId: id, groupId: id });
    const cases: [string, string][] = [
      [isGroup ? OTHER_GROUP! : OTHER_ORG!, isGroup ? 'NOT_IN_GROUP' : 'USER_CANNOT_ACCESS_ORG'],
      ['e'.repeat(24), isGroup ? 'GROUP_NOT_FOUND' : 'ORG_NOT_FOUND'],
      ['nonsense', isGroup ? 'INVALID_GROUP_ID' : 'INVALID_ORG_ID'],
    ];
    for (const [id, code] of cases) assert.equal(await refusal(it, owner, at(id)), code, `${it.id} ${id}`);
    for (const kind of ['link', 'staff', 'operator'] as const)
      assert.equal(await refusal(it, { ...owner, kind }), 'USER_UNAUTHORIZED', `${it.id} ${kind}`);
    assert.equal(await refusal(it, { ...owner, kind: 'user' }), undefined, it.id);
  }
});

const answersInJson = (it: Mounted) => Object.values(it.versions).some((version) => version?.reply || !version?.as);

/** The media type of the operation's own newest version: one may be newer than what other calls ask for. */
const acceptOf = (it: Mounted) =>
  `application/vnd.atlas.${Object.keys(it.versions).sort().at(-1)}+${answersInJson(it) ? 'json' : 'gzip'}`;

test('over HTTP the refusals have their status, and nothing else is looked at before them', async () => {
  const house = await open();
  const { orgId } = house.owner;
  const groupId = (await house.api('POST', '/groups', { name: 'p', orgId })).body.id as string;
  const keyWith = async (roles: object[]) => {
    const made = (await house.api('POST', `/orgs/${orgId}/apiKeys`, { desc: 'k', roles: ['ORG_MEMBER'] })).body;
    await house.state.db.collection<{ _id: string }>('apiKeys').updateOne({ _id: made.id }, { $set: { roles } });
    return house.as(made);
  };
  const held: [Role[], Awaited<ReturnType<typeof keyWith>>][] = [
    [[...impliedOrgRoles('ORG_MEMBER')], await keyWith([{ orgId, roleName: 'ORG_MEMBER' }])],
    [[...impliedOrgRoles('ORG_READ_ONLY'), 'GROUP_READ_ONLY'], await keyWith([{ orgId, roleName: 'ORG_READ_ONLY' }])],
    [
      [...impliedOrgRoles('ORG_MEMBER'), ...groupRoles],
      await keyWith([
        { orgId, roleName: 'ORG_MEMBER' },
        { groupId, roleName: 'GROUP_OWNER' },
      ]),
    ],
  ];
  let refused = 0;
  for (const it of placed) {
    const [method, route] = it.route.split(' ') as [string, string];
    const path = route
      .replace('{orgId}', orgId)
      .replace('{groupId}', groupId)
      .replaceAll(/\{\w+\}/g, 'a'.repeat(24));
    for (const [roles, call] of held) {
      if (opens(it, roles) || !it.roles.length) continue;
      const url = it.surface === 'telamon' ? `/api/telamon/v1${path}` : path;
      const answer = await call(method, url, undefined, {
        ...(method === 'GET' ? {} : { text: '{"not": json' }),
        ...(it.surface === 'telamon' ? {} : { accept: acceptOf(it) }),
      });
      assert.equal(answer.status, 401, `${it.id} ${roles}`);
      assert.match(answer.body.errorCode, /^(USER_UNAUTHORIZED|NOT_IN_GROUP)$/, it.id);
      assert.equal(answer.headers['x-error-code'], answer.body.errorCode);
      refused++;
    }
  }
  assert.ok(refused > placed.length / 2);
});

const published = '../shared/atlas/spec/atlas-openapi.json';

/** Where the roles asked for here are others than the published ones, and why. */
const differently: Record<string, string> = {
  listEventTypes: 'is inside no organization or project in which a role could be held',
};

test('each operation asks for the roles that the published interface names', { skip: !existsSync(published) }, () => {
  const document = JSON.parse(readFileSync(published, 'utf8'));
  const asked = new Map<string, string[]>();
  for (const path of Object.values<object>(document.paths))
    for (const it of Object.values<{ operationId?: string; 'x-rolesRequirements'?: string[] }>(path as never))
      if (it.operationId && it['x-rolesRequirements']) asked.set(it.operationId, it['x-rolesRequirements']);
  const all = [...orgRoles, ...groupRoles] as Role[];
  const amounts = (role: Role) =>
    role.startsWith('ORG_')
      ? [...impliedOrgRoles(role as OrgRole), ...groupRolesOfOrgRole(role as OrgRole)]
      : impliedGroupRoles(role as GroupRole);
  const who = (roles: readonly Role[]) => all.filter((role) => amounts(role).some((it) => roles.includes(it))).join();
  const wrong = operations
    .filter((it) => it.surface !== 'telamon' && asked.has(it.id))
    .map((it) => ({
      id: it.id,
      here: it.roles,
      there: all.filter((role) => asked.get(it.id)!.includes(roleTitle(role))),
    }))
    .filter(({ here, there }) => who(here) !== who(there));
  assert.deepEqual(
    wrong.filter(({ id }) => !differently[id]),
    [],
  );
  const stale = Object.keys(differently).filter((id) => !wrong.some((it) => it.id === id));
  assert.deepEqual(stale, [], 'no longer different');
});
