// Creations at once, on two servers over one store: limits and names are kept, and nothing is left in what was deleted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, type TestHouse } from './house.ts';

const { open } = harness();

async function two() {
  const a = await open();
  return [a, await a.reopen()] as const;
}

/** Every document besides the events that speaks of a place, by collection. */
async function left({ state }: TestHouse, filter: object): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { name } of await state.db.listCollections().toArray()) {
    const count =
      name === 'events' || name.startsWith('system.') ? 0 : await state.db.collection(name).countDocuments(filter);
    if (count) found[name] = count;
  }
  return found;
}

const hours = { secretExpiresAfterHours: 8 };

test('of everything that is created in an organization while it is deleted, nothing stays', async () => {
  const houses = await two();
  const [{ api, owner }] = houses;
  for (let round = 0; round < 3; round++) {
    const made = await api('POST', '/orgs', { name: `Race ${round}` });
    const orgId: string = made.body.organization.id;
    const org = `/orgs/${orgId}`;
    const creations = houses.flatMap((it) =>
      [1, 2, 3, 4].flatMap((n) => [
        it.api('POST', `${org}/serviceAccounts`, { name: `s${n}`, description: 'd', roles: ['ORG_MEMBER'], ...hours }),
        it.api('POST', `${org}/apiKeys`, { desc: `k${n}`, roles: ['ORG_MEMBER'] }),
        it.api('POST', `${org}/invites`, { username: `u${n}@example.com`, roles: ['ORG_MEMBER'] }),
        it.api('POST', `${org}/liveMigrations/linkTokens`, {}),
      ]),
    );
    const [gone, ...all] = await Promise.all([api('DELETE', org), ...creations]);
    assert.equal(gone.status, 204, JSON.stringify(gone.body));
    for (const it of all) assert.ok([200, 201, 401, 404, 409].includes(it.status), JSON.stringify(it.body));
    assert.deepEqual(
      await left(houses[0], { $or: ['_id', 'orgId', 'placeId', 'roles.orgId'].map((it) => ({ [it]: orgId })) }),
      {},
    );
  }
  assert.equal((await api('GET', `/orgs/${owner.orgId}`)).status, 200);
});

test('of everything that is created in a project while it is deleted, nothing stays', async () => {
  const houses = await two();
  const [{ api, owner }] = houses;
  for (let round = 0; round < 3; round++) {
    const { id: groupId } = (await api('POST', '/groups', { name: `Race ${round}`, orgId: owner.orgId })).body;
    const group = `/groups/${groupId}`;
    const roles = [{ databaseName: 'shop', roleName: 'read' }];
    const actions = [{ action: 'FIND', resources: [{ collection: 'c', db: 'd' }] }];
    const creations = houses.flatMap((it, h) =>
      [1, 2, 3].flatMap((n) => [
        it.api('POST', `${group}/databaseUsers`, { username: `u${h}${n}`, password: 'long enough', roles }),
        it.api('POST', `${group}/customDBRoles/roles`, { roleName: `r${h}${n}`, actions }),
        it.api('POST', `${group}/accessList`, [{ ipAddress: `10.0.${h}.${n}` }]),
        it.api('POST', `${group}/apiKeys`, { desc: `k${n}`, roles: ['GROUP_OWNER'] }),
        it.api('POST', `${group}/serviceAccounts`, {
          ...{ name: `s${n}`, description: 'd', roles: ['GROUP_OWNER'] },
          ...hours,
        }),
      ]),
    );
    const [gone, ...all] = await Promise.all([api('DELETE', group), ...creations]);
    assert.equal(gone.status, 202, JSON.stringify(gone.body));
    for (const it of all) assert.ok([200, 201, 202, 404].includes(it.status), JSON.stringify(it.body));
    assert.deepEqual(
      await left(houses[0], { $or: ['_id', 'groupId', 'placeId', 'roles.groupId'].map((it) => ({ [it]: groupId })) }),
      {},
    );
  }
});

test('a limit is kept and a name given once, whoever asks at once and where', async () => {
  const houses = await two();
  const [{ api, owner }] = houses;
  const { id } = (await api('POST', '/groups', { name: 'p', orgId: owner.orgId })).body;
  const limit = `/groups/${id}/limits/atlas.project.security.databaseAccess.users`;
  assert.equal((await api('PATCH', limit, { value: 5 })).status, 200);
  const roles = [{ databaseName: 'shop', roleName: 'read' }];
  const ask = (it: TestHouse, username: string) =>
    it.api('POST', `/groups/${id}/databaseUsers`, { username, password: 'long enough', roles });
  const twice = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => ask(houses[n % 2]!, 'one')));
  assert.deepEqual(twice.map((it) => it.status).sort(), [201, 409, 409, 409, 409, 409]);
  const many = await Promise.all(Array.from({ length: 16 }, (_, n) => ask(houses[n % 2]!, `u${n}`)));
  assert.equal(many.filter((it) => it.status === 201).length, 4);
  const refused = many.filter((it) => it.status !== 201).map((it) => it.body.errorCode);
  assert.deepEqual([...new Set(refused)], ['GROUP_USERS_LIMIT_EXCEEDED']);
  assert.equal((await api('GET', `/groups/${id}/databaseUsers`)).body.totalCount, 5);
});
