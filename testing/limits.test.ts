// How much an organization, a project or a team may hold: each way to one thing more is refused, and leaves nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../src/contract/errors.ts';
import type { atlasLimits } from '../src/contract/limits.ts';
import { harness, type TestHouse } from './house.ts';
import { newProject } from './places.ts';

const { open } = harness();
const own = '/api/telamon/v1';
const MOST = 3;

interface Held {
  code: ErrorCode;
  /** Attributes of a thing of the name or number. */
  ways(house: TestHouse): Promise<((n: number) => ReturnType<TestHouse['api']>)[]>;
  /** Where things of that kind are kept. */
  collections: readonly string[];
}

const owners = ({ owner }: TestHouse) => [owner.username!];
const user = (house: TestHouse, name: string) =>
  house.operator('POST', `${own}/operator/users`, { username: name, orgId: house.owner.orgId });

const held: Record<keyof typeof atlasLimits, Held> = {
  groupsPerOrg: {
    code: 'MAX_GROUPS_PER_ORG_EXCEEDED',
    collections: ['projects'],
    ways: async ({ api, owner }) => [(n) => api('POST', '/groups', { name: `p${n}`, orgId: owner.orgId })],
  },
  apiKeysPerOrg: {
    code: 'MAX_API_KEYS_PER_ORG_EXCEEDED',
    collections: ['apiKeys'],
    async ways(house) {
      const group = await newProject(house);
      return [
        (n) => house.api('POST', `/orgs/${house.owner.orgId}/apiKeys`, { desc: `k${n}`, roles: ['ORG_MEMBER'] }),
        (n) => house.api('POST', `/groups/${group}/apiKeys`, { desc: `k${n}`, roles: ['GROUP_OWNER'] }),
      ];
    },
  },
  usersPerOrg: {
    code: 'MAX_USERS_PER_ORG_EXCEEDED',
    collections: ['users', 'invitations'],
    async ways(house) {
      const { api, owner } = house;
      const group = await newProject(house);
      const username = (n: number) => `a${n}@example.com`;
      return [
        (n) =>
          api('POST', `/orgs/${owner.orgId}/users`, { username: username(n), roles: { orgRoles: ['ORG_MEMBER'] } }),
        (n) => api('POST', `/orgs/${owner.orgId}/invites`, { username: username(n), roles: ['ORG_MEMBER'] }),
        (n) => api('POST', `/groups/${group}/users`, { username: username(n), roles: ['GROUP_OWNER'] }),
        (n) => api('POST', `/groups/${group}/invites`, { username: username(n), roles: ['GROUP_OWNER'] }),
        (n) => api('POST', `/groups/${group}/access`, { username: username(n), roles: ['GROUP_OWNER'] }),
        (n) =>
          api('POST', '/users', {
            ...{ username: username(n), firstName: 'C', lastName: 'C', country: 'US', password: 'long enough' },
            roles: [{ orgId: owner.orgId, roleName: 'ORG_MEMBER' }],
          }),
      ];
    },
  },
  teamsPerOrg: {
    code: 'MAX_TEAMS_PER_ORG_EXCEEDED',
    collections: ['teams'],
    ways: async (house) => [
      (n) => house.api('POST', `/orgs/${house.owner.orgId}/teams`, { name: `t${n}`, usernames: owners(house) }),
    ],
  },
  teamsPerGroup: {
    code: 'MAX_TEAMS_PER_GROUP_EXCEEDED',
    collections: ['teams'],
    async ways(house) {
      const { api, owner } = house;
      const group = await newProject(house);
      const team = async (n: number) =>
        (await api('POST', `/orgs/${owner.orgId}/teams`, { name: `t${n}`, usernames: owners(house) })).body.id;
      const teams = await Promise.all([0, 1, 2, 3, 4].map(team));
      return [(n) => api('POST', `/groups/${group}/teams`, [{ teamId: teams[n], roleNames: ['GROUP_READ_ONLY'] }])];
    },
  },
  usersPerTeam: {
    code: 'MAX_USERS_PER_TEAM_EXCEEDED',
    collections: ['users', 'teams'],
    async ways(house) {
      const { api, owner } = house;
      const teams = `/orgs/${owner.orgId}/teams`;
      const { id } = (await api('POST', teams, { name: 't', usernames: owners(house) })).body;
      const people = await Promise.all([0, 1, 2, 3, 4].map((n) => user(house, `u${n}@example.com`)));
      const invited = { username: 'i@example.com', teamIds: [id] };
      const older = { accept: 'application/vnd.atlas.2023-01-01+json' };
      return [
        (n) => api('POST', `${teams}/${id}:addUser`, { id: people[n]!.body.id }),
        (n) => api('POST', `${teams}/${id}/users`, [{ id: people[n]!.body.id }], older),
        (n) => api('PATCH', `/orgs/${owner.orgId}/users/${people[n]!.body.id}`, { teamIds: [id] }),
        () => api('POST', `/orgs/${owner.orgId}/users`, { ...invited, roles: { orgRoles: ['ORG_MEMBER'] } }),
        () => api('POST', `/orgs/${owner.orgId}/invites`, { ...invited, roles: ['ORG_MEMBER'] }),
        () => api('POST', teams, { name: 'u', usernames: people.map((it) => it.body.username) }),
      ];
    },
  },
  alertConfigsPerGroup: {
    code: 'MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED',
    collections: ['alertConfigs'],
    async ways(house) {
      const group = await newProject(house);
      const wanted = { eventTypeName: 'NO_PRIMARY', notifications: [{ typeName: 'GROUP' }] };
      return [() => house.api('POST', `/groups/${group}/alertConfigs`, wanted)];
    },
  },
};

for (const [name, { code, ways, collections }] of Object.entries(held))
  test(`${name}: ${code}`, async () => {
    const house = await open({ limits: { [name]: MOST } });
    const [fill, ...others] = await ways(house);
    const refusals: unknown[] = [];
    for (let n = 0; n <= MOST && !refusals.length; n++) {
      const { status, body } = await fill!(n);
      if (status >= 300) refusals.push(body.errorCode);
    }
    assert.deepEqual(refusals, [code]);
    const kept = () =>
      Promise.all(collections.map((it) => house.state.db.collection(it).find().sort({ _id: 1 }).toArray()));
    const before = await kept();
    for (const [n, way] of [fill!, ...others].entries()) {
      const { status, body } = await way(MOST + 1);
      assert.deepEqual([n, status, body.errorCode], [n, 400, code]);
      assert.equal(body.parameters[0], MOST);
    }
    assert.deepEqual(await kept(), before);
  });
