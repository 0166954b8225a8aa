import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, type TestHouse } from '../../../testing/house.ts';

let now = new Date('2026-01-01T00:00:00Z');
const { open } = harness();
const older = { accept: 'application/vnd.atlas.2023-01-01+json' };
const own = '/api/telamon/v1';

async function setUp() {
  const house = await open({ clock: { now: () => now } });
  const { api, owner, operator } = house;
  const group = (await api('POST', '/groups', { name: 'p', orgId: owner.orgId })).body.id;
  const join = async (username: string, more: object = {}) =>
    (await operator('POST', `${own}/operator/users`, { username, orgId: owner.orgId, ...more })).body.id as string;
  return { house, api, operator, join, org: `/orgs/${owner.orgId}`, group: `/groups/${group}` };
}

const refusal = ({ status, body }: Awaited<ReturnType<TestHouse['api']>>) => [status, body.errorCode];

test('an installation begins with a person who owns it, and what is made belongs to somebody', async () => {
  const { house, api, org, group } = await setUp();
  const [first] = (await api('GET', `${org}/users`)).body.results;
  assert.deepEqual([first.username, first.roles.orgRoles], [house.owner.username, ['ORG_OWNER']]);
  const inGroup = (await api('GET', `${group}/users`)).body.results;
  assert.deepEqual([inGroup.length, inGroup[0].roles], [1, ['GROUP_OWNER']]);
  const made = (await api('POST', '/orgs', { name: 'Other', orgOwnerId: first.id })).body;
  assert.equal(made.orgOwnerId, first.id);
  assert.equal((await api('GET', `/orgs/${made.organization.id}/users`)).body.results[0].id, first.id);
  const unknown = await api('POST', '/orgs', { name: 'Nobody', orgOwnerId: 'a'.repeat(24) });
  assert.deepEqual(refusal(unknown), [404, 'USER_NOT_FOUND']);
  const alone = (await api('GET', `/users/${first.id}`, undefined, older)).body;
  assert.deepEqual([alone.emailAddress, alone.roles.length], [first.username, 3]);
  assert.equal((await api('GET', `/users/byName/${first.username}`, undefined, older)).body.id, first.id);
});

test('somebody is invited, changed, accepted, promoted and removed; an organization keeps an owner', async () => {
  const { api, operator, org, group } = await setUp();
  const roles = {
    orgRoles: ['ORG_MEMBER'],
    groupRoleAssignments: [{ groupId: group.slice(8), groupRoles: ['GROUP_READ_ONLY'] }],
  };
  const made = await api('POST', `${org}/users`, { username: 'Ann@Example.com', roles });
  assert.deepEqual(
    [made.status, made.body.orgMembershipStatus, made.body.username],
    [201, 'PENDING', 'ann@example.com'],
  );
  assert.equal(made.body.invitationExpiresAt, '2026-01-31T00:00:00Z');
  assert.deepEqual(refusal(await api('POST', `${org}/users`, { username: 'ann@example.com', roles })), [
    409,
    'USER_ALREADY_EXISTS',
  ]);
  assert.equal((await api('GET', `${org}/users`)).body.totalCount, 2);
  assert.equal(
    (await api('GET', `${org}/users`, undefined, older)).body.totalCount,
    1,
    'older clients see members alone',
  );
  assert.equal((await api('GET', `${org}/users?orgMembershipStatuses=PENDING`)).body.results[0].id, made.body.id);
  assert.equal(
    (await api('GET', `${group}/users?username=ann@example.com`)).body.results[0].roles[0],
    'GROUP_READ_ONLY',
  );
  assert.equal(
    (await api('GET', `${org}/invites`, undefined, older)).body[0].groupRoleAssignments[0].groupRole,
    'GROUP_READ_ONLY',
  );

  await operator('POST', `${own}/operator/users`, { username: 'ann@example.com', password: 'long enough' });
  const [, ann] = (await api('GET', `${org}/users`)).body.results;
  assert.deepEqual([ann.orgMembershipStatus, ann.roles.groupRoleAssignments.length], ['ACTIVE', 1]);
  const [owner] = (await api('GET', `${org}/users`)).body.results;
  const alone = await api('POST', `${org}/users/${owner.id}:removeRole`, { orgRole: 'ORG_OWNER' });
  assert.deepEqual(refusal(alone), [403, 'CANNOT_REMOVE_ALL_USER_ROLES']);
  const demoted = await api('PATCH', `${org}/users/${owner.id}`, { roles: { orgRoles: ['ORG_MEMBER'] } });
  assert.deepEqual(refusal(demoted), [403, 'CANNOT_DEMOTE_LAST_ORG_OWNER']);
  assert.deepEqual(refusal(await api('DELETE', `${org}/users/${owner.id}`)), [403, 'CANNOT_DELETE_LAST_ADMIN']);
  await api('POST', `${org}/users/${ann.id}:addRole`, { orgRole: 'ORG_OWNER' });
  const both = await Promise.all([owner, ann].map((it) => api('DELETE', `${org}/users/${it.id}`)));
  assert.deepEqual(both.map((it) => it.status).sort(), [204, 403], 'not even two at a time leave none');
});

test('an invitation ends after thirty days and may then be repeated', async () => {
  const { api, org } = await setUp();
  const wanted = { username: 'late@example.com', roles: { orgRoles: ['ORG_MEMBER'] } };
  const first = (await api('POST', `${org}/users`, wanted)).body;
  now = new Date(now.getTime() + 31 * 86_400_000);
  assert.equal((await api('GET', `${org}/users?username=late@example.com`)).body.totalCount, 0);
  const expired = await api('GET', `${org}/users?orgMembershipStatuses=INVITATION_EXPIRED`);
  assert.equal(expired.body.results[0].id, first.id);
  assert.equal((await api('POST', `${org}/users`, wanted)).status, 201);
});

test('members come page by page across those that are there and those that are invited', async () => {
  const { api, join, org } = await setUp();
  for (const name of ['a', 'b']) await join(`${name}@example.com`);
  for (const name of ['x', 'y'])
    await api('POST', `${org}/users`, { username: `${name}@example.com`, roles: { orgRoles: ['ORG_MEMBER'] } });
  const names: string[] = [];
  for (let page = 1; page <= 3; page++) {
    const { results, totalCount } = (await api('GET', `${org}/users?itemsPerPage=2&pageNum=${page}`)).body;
    assert.equal(totalCount, 5);
    names.push(...results.map((it: { username: string }) => it.username[0]));
  }
  assert.deepEqual(names.slice(1), ['a', 'b', 'x', 'y']);
});

test('a team gives its members what it may do in a project, until it or they leave', async () => {
  const { house, api, join, org, group } = await setUp();
  const ann = await join('ann@example.com');
  const refused = async (body: object) => refusal(await api('POST', `${org}/teams`, body));
  assert.deepEqual(await refused({ name: 't', usernames: [] }), [400, 'CANNOT_CREATE_EMPTY_TEAM']);
  assert.deepEqual(await refused({ name: 't', usernames: ['no@example.com'] }), [400, 'BAD_USERNAME_REF']);
  const team = await api('POST', `${org}/teams`, { name: 't', usernames: ['ann@example.com'] });
  assert.equal(team.status, 201);
  assert.match(String(team.headers.location), new RegExp(`^http://[^/]+${org}/teams/${team.body.id}$`));
  assert.deepEqual(await refused({ name: 't', usernames: ['ann@example.com'] }), [409, 'TEAM_NAME_NOT_AVAILABLE']);
  const added = await api('POST', `${group}/teams`, [{ teamId: team.body.id, roleNames: ['GROUP_OWNER'] }]);
  assert.deepEqual(added.body.results[0].roleNames, ['GROUP_OWNER']);
  assert.equal((await api('GET', `${group}/users`)).body.totalCount, 1);
  assert.equal((await api('GET', `${group}/users?flattenTeams=true`)).body.totalCount, 2);
  const inTeam = await api('GET', `${org}/teams/${team.body.id}/users`);
  assert.deepEqual(inTeam.body.results[0].teamIds, [team.body.id]);
  assert.deepEqual(refusal(await api('DELETE', `${org}/teams/${team.body.id}`)), [
    404,
    'CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT',
  ]);
  const twice = await api('POST', `${org}/teams/${team.body.id}:addUser`, { id: ann });
  assert.deepEqual(refusal(twice), [409, 'USER_ALREADY_IN_TEAM']);
  assert.equal((await api('DELETE', `${group}/teams/${team.body.id}`)).status, 204);
  assert.equal((await api('DELETE', `${org}/teams/${team.body.id}`)).status, 204);
  assert.deepEqual((await api('GET', `${org}/users/${ann}`)).body.teamIds, []);
  assert.equal(await house.state.db.collection('teams').countDocuments(), 0);
});

test('what does not exist or is no address is named', async () => {
  const { api, org, group } = await setUp();
  const member = { orgRoles: ['ORG_MEMBER'] };
  const cases: [string, string, unknown, number, string][] = [
    ['POST', `${org}/users`, { username: 'nobody', roles: member }, 400, 'INVALID_USERNAME'],
    ['POST', `${org}/users`, { username: 'a@b', roles: { orgRoles: [] } }, 400, 'VALIDATION_ERROR'],
    ['POST', `${org}/users`, { username: 'a@b', roles: { orgRoles: ['KING'] } }, 400, 'INVALID_ENUM_VALUE'],
    ['POST', `${org}/users`, { username: 'a@b', roles: member, teamIds: ['b'.repeat(24)] }, 404, 'TEAM_NOT_FOUND'],
    ['GET', `${org}/users/nonsense`, undefined, 404, 'INVALID_USER_ID'],
    ['GET', `${org}/users/${'b'.repeat(24)}`, undefined, 404, 'USER_NOT_FOUND'],
    ['DELETE', `${group}/users/${'b'.repeat(24)}`, undefined, 404, 'USER_NOT_FOUND'],
    ['GET', `${org}/teams/${'b'.repeat(24)}`, undefined, 404, 'TEAM_NOT_FOUND'],
    ['GET', `${org}/teams/byName/none`, undefined, 404, 'TEAM_NAME_NOT_FOUND'],
    ['POST', `${group}/teams`, [{ teamId: 'b'.repeat(24), roleNames: ['GROUP_OWNER'] }], 404, 'TEAM_NOT_FOUND'],
  ];
  for (const [method, path, body, ...expected] of cases)
    assert.deepEqual(refusal(await api(method, path, body)), expected, `${method} ${path} ${JSON.stringify(body)}`);
  assert.equal((await api('GET', `${org}/users`)).body.totalCount, 1);
});
