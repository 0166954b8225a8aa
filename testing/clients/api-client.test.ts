// `mongodb-atlas-api-client`, which signs with Digest and puts a question mark behind every path.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { installation } from './installation.ts';
import { packages } from './packages.ts';

const { root, skip } = await packages();
const telamon = await installation();

interface Options {
  httpOptions: { headers: Record<string, string> };
}

/** A client of this project; `dated` gives what every call to the versioned interface must carry. */
function clientOf(surface: string, projectId: string) {
  const make = createRequire(join(root!, 'package.json'))('mongodb-atlas-api-client');
  const { publicKey, privateKey, url } = telamon;
  return make({ publicKey, privateKey, projectId, baseUrl: `${url}/api/atlas/${surface}` });
}
const accept = 'application/vnd.atlas.2024-08-05+json';
// Its HTTP library writes JSON under this name only.
const dated: Options = { httpOptions: { headers: { Accept: accept, 'Content-Type': 'application/json' } } };

for (const [surface, options] of [
  ['v2', dated],
  ['v1.0', {}],
] as const)
  test(`${surface}: projects, organizations and database users`, { skip }, async () => {
    const { project: projects, organization } = clientOf(surface, '');
    const body = { name: `by ${surface}`, orgId: telamon.orgId };
    const made = await projects.create(body, options);
    assert.equal(made.orgId, telamon.orgId, JSON.stringify(made));
    const client = clientOf(surface, made.id);
    assert.equal((await projects.getById(made.id, options)).name, body.name);
    assert.equal((await projects.getByName(encodeURIComponent(body.name), options)).id, made.id);
    assert.ok((await projects.getAll({ ...options, itemsPerPage: 1 })).results.length === 1);
    assert.ok((await organization.getAll(options)).results.some((it: { id: string }) => it.id === telamon.orgId));
    assert.equal((await organization.getById(telamon.orgId, options)).id, telamon.orgId);
    const inOrg = await organization.getAllProjectsForOrganization(telamon.orgId, options);
    assert.ok(inOrg.results.some((it: { id: string }) => it.id === made.id));

    const roles = [{ databaseName: 'shop', roleName: 'readWrite' }];
    const user = { databaseName: 'admin', groupId: made.id, username: 'app', password: 'a-long-password', roles };
    assert.equal((await client.user.create(user, options)).username, 'app');
    assert.equal((await client.user.getAll(options)).totalCount, 1);
    const fewer = { roles: [{ databaseName: 'shop', roleName: 'read' }] };
    assert.equal((await client.user.update('app', fewer, options)).roles[0].roleName, 'read');
    assert.equal((await client.user.get('app', options)).databaseName, 'admin');
    await client.user.delete('app', options);
    assert.equal((await client.user.get('app', options)).errorCode, 'USERNAME_NOT_FOUND');
    await projects.delete(made.id, options);
    assert.equal((await projects.getById(made.id, options)).errorCode, 'GROUP_NOT_FOUND');
  });

test('clusters from their creation to their end', { skip }, async () => {
  const { project: projects } = clientOf('v2', '');
  const { id } = await projects.create({ name: 'clusters', orgId: telamon.orgId }, dated);
  const { cluster: clusters } = clientOf('v2', id);
  const made = await clusters.create(replicaSet('one', 1), dated);
  assert.equal(made.stateName, 'CREATING', JSON.stringify(made));
  await until(
    () => clusters.get('one', dated),
    (it: { stateName: string }) => it.stateName === 'IDLE',
    60_000,
  );
  assert.equal((await clusters.getAll(dated)).totalCount, 1);
  const tags = [{ key: 'team', value: 'shop' }];
  assert.deepEqual((await clusters.update('one', { tags }, dated)).tags, tags);
  await clusters.delete('one', dated);
  await until(
    () => clusters.get('one', dated),
    (it: { errorCode?: string }) => it.errorCode === 'CLUSTER_NOT_FOUND',
    60_000,
  );
});
